export { ema, type EmaOptions } from './ema.js';
export { interpolation } from './interpolation.js';
export { renewStatistics, type RenewOptions } from './renew-statistics.js';
export { greedySoup, uniformSoup, type GreedySoup } from './soup.js';
export { swa, type SwaOptions } from './swa.js';
