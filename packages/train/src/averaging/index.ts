export { ema, type EmaOptions } from './ema.js';
export { interpolation } from './interpolation.js';
export { swa, type SwaOptions } from './swa.js';
