import { GraftError, type Backend, type BackendReport } from '@graft-ml/core';
import type { WebgpuOptions } from './options.js';
import { startOn } from './start-on.js';

/**
 * TensorFlow.js on WebGPU: in browsers, and in Node through Dawn, the `webgpu` package, which the user installs
 * (`npm install webgpu@0.6.2`): any vendor's card, without CUDA or libtensorflow. A lost device, and an operation that
 * the device refuses, are errors, never zeros. Read tensors by `await tensor.data()`: `dataSync` fails.
 *
 * @param options see {@link WebgpuOptions}
 * @returns a backend whose `start` throws `unavailable` without WebGPU, without Dawn (in Node), or without a graphics
 *   card. Its report tells `tensorflow`, `adapter`, `software` and `maxBufferMB`. Starting it again after its device
 *   was lost opens a new one; tensors of the old one stay lost.
 *
 * @example
 * ```ts
 * import { useBackend } from '@graft-ml/core';
 * import { cpu } from '@graft-ml/backend-cpu';
 * import { webgpu } from '@graft-ml/backend-webgpu';
 * const active = await useBackend([webgpu(), cpu()]);
 * console.log(active.engine, active.refused); // webgpu, or cpu and why
 * ```
 */
export function webgpu(options: WebgpuOptions = {}): Backend {
  return { name: 'webgpu', start: () => start(options) };
}

async function start(options: WebgpuOptions): Promise<BackendReport> {
  const gpu: GPU | undefined = typeof navigator === 'undefined' ? undefined : Reflect.get(navigator, 'gpu');
  if (gpu === undefined) {
    throw new GraftError({
      code: 'unavailable',
      what: 'This browser has no WebGPU, or this page may not use it.',
      expected: 'A page on https or localhost, in a browser with WebGPU, was expected.',
      remedy: 'Choose another backend, for example webgl() or wasm().',
    });
  }
  return startOn(gpu, options);
}
