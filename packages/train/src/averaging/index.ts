export { ema, type EmaOptions } from './ema.js';
export { swa, type SwaOptions } from './swa.js';
