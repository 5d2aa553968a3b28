export { registerHeads } from './register-heads.js';
export { withCosineHead, type CosineHeadOptions } from './with-cosine-head.js';
export { withNearestHead, type NearestHeadOptions } from './with-nearest-head.js';
