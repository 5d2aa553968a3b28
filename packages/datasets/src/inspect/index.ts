export { classBalance, type ClassBalance } from './class-balance.js';
export { findDuplicates, type Duplicate } from './find-duplicates.js';
export { pictureSignature, type PictureSignature } from './picture-signature.js';
