export { extractFeatures, type ExtractOptions } from './extract-features.js';
