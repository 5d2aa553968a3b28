export { compareRuns, type Difference } from './compare-runs.js';
export { parityNets, type ParityNet } from './nets/parity-net.js';
export { referenceRuns, runParity, type ParityOptions } from './run-parity.js';
export { markdownOf } from './markdown.js';
export { DEFAULT_TOLERANCE, type ParityReport, type ParityRow, type Tolerance } from './report.js';
export { trainNet, type TrainedNet } from './train-net.js';
