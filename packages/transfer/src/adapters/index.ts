export { applyAdapter, saveAdapter } from './adapter-file.js';
export { ia3 } from './ia3.js';
export { lora, type LoraOptions } from './lora.js';
export type { AdapterMethod, AdapterWeight, KernelForm } from './method.js';
export { residual } from './residual.js';
export { mergeAdapters, withAdapters, type Adapted, type AdapterOptions } from './with-adapters.js';
