export { scaleOf } from './chunks.js';
export { classMeans } from './class-means.js';
export { featureTable, type FeatureTable } from './feature-table.js';
export type { LinearSolution } from './linear-solution.js';
export { logisticRegression, type LogisticOptions } from './logistic-regression.js';
export { ridgeRegression, type RidgeOptions } from './ridge-regression.js';
