export { loadPretrained, type LoadPretrainedOptions } from './load-pretrained.js';
