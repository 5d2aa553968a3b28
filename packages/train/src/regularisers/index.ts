export { channelAttention } from './channel-attention.js';
export { distillation, type DistillationOptions } from './distillation.js';
export { featureDistance, type FeatureDistanceOptions } from './feature-distance.js';
export { l2Sp, type L2SpOptions } from './l2-sp.js';
export type { OwnedTerm } from './owned-term.js';
