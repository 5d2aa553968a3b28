export { accuracy, binaryAccuracy, topK } from './accuracy.js';
export { ConfusionMatrix, type Averaging, type ClassScores, type Scores } from './confusion-matrix.js';
export { logLoss } from './log-loss.js';
export { meanInterval, type MeanInterval } from './mean-interval.js';
export type { Metric } from './metric.js';
export { f1, precision, recall, type AverageOptions } from './precision-recall.js';
export { r2 } from './r2.js';
export { wilsonInterval } from './wilson-interval.js';
export { meanAbsoluteError, rootMeanSquaredError } from './regression.js';
