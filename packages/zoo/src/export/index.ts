export { exportKeras, exportKerasH5 } from './keras/export-keras.js';
export { exportOnnx } from './onnx/export-onnx.js';
export { exportSafetensors } from './export-safetensors.js';
export type { ExportFacts } from './facts.js';
