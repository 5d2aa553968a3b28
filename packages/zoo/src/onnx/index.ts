export { importOnnx, onnxTensors, type ImportOnnxOptions, type OnnxTrunk } from './import-onnx.js';
export { openTrunk } from './open-trunk.js';
export type { OnnxRuntime, RuntimeName, RuntimeSession, RuntimeTensor } from './runtime.js';
