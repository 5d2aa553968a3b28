export { applyAugmentation } from './apply.js';
export { drawAugmentation, type Augmentation, type DrawnAugmentation } from './augmentation.js';
export { augmentedViews, type ViewOptions } from './augmented-views.js';
export { mixed, type MixOptions } from './mixed.js';
