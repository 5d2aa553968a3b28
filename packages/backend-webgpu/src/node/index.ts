export type { WebgpuOptions } from '../options.js';
export { webgpu } from './webgpu.js';
