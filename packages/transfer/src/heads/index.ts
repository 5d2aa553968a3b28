export { joinBackbones, type JoinOptions } from './join-backbones.js';
export { registerHeads } from './register-heads.js';
export { scaleLogits } from './scale-logits.js';
export { withCosineHead, type CosineHeadOptions } from './with-cosine-head.js';
export { withNearestHead, type NearestHeadOptions } from './with-nearest-head.js';
