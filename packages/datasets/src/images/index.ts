export { decodeBlob } from './decode-blob.js';
export { pictureDataset, type PictureDatasetOptions } from './picture-dataset.js';
export type { PictureSpec } from './picture-spec.js';
