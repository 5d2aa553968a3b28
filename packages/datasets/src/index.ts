export { disposeBatch, type Batch, type Dataset } from './dataset.js';
