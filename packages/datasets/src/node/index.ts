export { loadData, type LoadDataOptions, type LoadedData } from './load-data.js';
export { findPictures } from './pictures/find-pictures.js';
export { listCsv, type ListCsvOptions } from './pictures/list-csv.js';
export { listPictures } from './pictures/list-folder.js';
export { loadPictures, type LoadedPictures, type LoadPicturesOptions } from './pictures/load-pictures.js';
export type { PictureLeak } from './pictures/find-leaks.js';
export type { PictureItem, PictureList, SkippedFile, Split } from './pictures/picture-list.js';
export { usualPicture, type UsualPicture } from './pictures/picture-size.js';
export { readImage, type ReadImageOptions } from './read-image.js';
