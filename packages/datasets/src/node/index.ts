export { loadData, type LoadDataOptions, type LoadedData } from './load-data.js';
export { readImage, type ReadImageOptions } from './read-image.js';
