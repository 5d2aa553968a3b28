export { cacheFolder } from './cache-folder.js';
export { download, type DownloadOptions } from './download.js';
export { loadData, type LoadDataOptions, type LoadedData } from './load-data.js';
export { readImage, type ReadImageOptions } from './read-image.js';
