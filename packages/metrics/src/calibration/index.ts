export { expectedCalibrationError, type CalibrationErrorOptions } from './expected-calibration-error.js';
export { fitTemperature, type FittedTemperature, type TemperatureOptions } from './fit-temperature.js';
