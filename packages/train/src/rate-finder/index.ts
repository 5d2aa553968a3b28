export { findLearningRate, type RatePoint, type RateSearch, type RateSearchOptions } from './find-rate.js';
