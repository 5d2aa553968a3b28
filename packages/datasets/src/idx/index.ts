export { gunzip } from './gunzip.js';
export { idxDataset, type IdxDatasetOptions } from './idx-dataset.js';
export { parseIdx, type IdxArray } from './parse-idx.js';
