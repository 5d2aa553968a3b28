import * as tf from '@tensorflow/tfjs-core';
import type { Backend, BackendReport } from '@graft-ml/core';

/** Each backend's package is imported when it is started, so that one that is missing harms nobody else. */
export function knownBackends(threads: number | 'auto'): ReadonlyMap<string, Backend> {
  const backends: readonly Backend[] = [
    { name: 'wasm', start: async () => (await import('@graft-ml/backend-wasm')).wasm({ threads }).start() },
    { name: 'webgpu', start: async () => (await import('@graft-ml/backend-webgpu')).webgpu().start() },
    { name: 'cuda', start: async () => (await import('@graft-ml/backend-cuda')).cuda().start() },
    { name: 'cpu', start: async () => (await import('@graft-ml/backend-cpu')).cpu().start() },
  ];
  return new Map(backends.map((backend) => [backend.name, backend]));
}

/** What is compared and looked at: every way to run that Node has, graphics cards that are none included. */
export const NODE_ENGINES: readonly Backend[] = [
  { name: 'wasm', start: () => startFreshWasm(1) },
  { name: 'wasm-2-threads', start: () => startFreshWasm(2) },
  { name: 'webgpu', start: async () => (await import('@graft-ml/backend-webgpu')).webgpu({ software: true }).start() },
  { name: 'cuda', start: async () => (await import('@graft-ml/backend-cuda')).cuda().start() },
];

/** Memory that is shared between threads, or not, is chosen when the engine starts: start it anew. Drops its tensors. */
async function startFreshWasm(threads: number): Promise<BackendReport> {
  const factory = tf.engine().registryFactory['wasm'];
  if (factory !== undefined && tf.engine().registry['wasm'] !== undefined) {
    tf.removeBackend('wasm');
    tf.registerBackend('wasm', factory.factory, factory.priority);
  }
  const { wasm } = await import('@graft-ml/backend-wasm');
  return wasm({ threads }).start();
}
