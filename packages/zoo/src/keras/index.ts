export { importKeras, loadKerasWeights, type ImportKerasOptions } from './import-keras.js';
