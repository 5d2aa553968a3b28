import * as tf from '@tensorflow/tfjs-core';
import { GraftError, selectEngine, type Backend, type BackendReport } from '@graft-ml/core';
import { Device } from './device/device.js';
import { knowsDevice, rememberDevice } from './device/devices.js';
import { loadKernelModule } from './device/kernel-module.js';
import { liveHeap } from './device/live-heap.js';
import { installKernels } from './kernels/install.js';
import { binaryPaths } from './binary-paths.js';

export interface WasmOptions {
  /**
   * Where the browser fetches tfjs's binaries from: a URL that ends in `/` and holds them under their own names, or a
   * URL for each of `tfjs-backend-wasm.wasm` and `tfjs-backend-wasm-simd.wasm`. By default they come from this
   * package's own files, which bundlers copy. Node reads them from node_modules and needs no paths.
   */
  readonly wasmPaths?: string | Readonly<Record<string, string>>;
}

const ENGINE = 'wasm';
const relaxedSimd = new WeakMap<object, boolean>();

/**
 * TensorFlow.js on WebAssembly SIMD, with the gradient kernels that tfjs's own WASM backend lacks and fast ones where
 * its own are slow. One thread; runs in Node and in browsers.
 *
 * @param options see {@link WasmOptions}
 * @returns a backend whose `start` throws `unavailable` without WebAssembly SIMD, with another version of tfjs, or
 *   when the binaries cannot be fetched. Its report tells `tensorflow`, `simd`, `relaxedSimd` and `threads`.
 *
 * @example
 * ```ts
 * import { useBackend } from '@graft-ml/core';
 * import { wasm } from '@graft-ml/backend-wasm';
 * const active = await useBackend(wasm());
 * console.log(active.engine); // wasm
 * ```
 */
export function wasm(options: WasmOptions = {}): Backend {
  return { name: 'wasm', start: () => start(options) };
}

async function start(options: WasmOptions): Promise<BackendReport> {
  const engine = await import('@tensorflow/tfjs-backend-wasm');
  if (tf.getBackend() !== ENGINE) {
    const paths = binaryPaths(options.wasmPaths);
    if (paths !== undefined) engine.setWasmPaths(paths);
    // The threaded build has shared memory, which this package's module cannot import.
    tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
    await selectOrExplain(paths);
  }
  const backend = tf.backend();
  if (!(backend instanceof engine.BackendWasm)) {
    throw new GraftError({
      code: 'unavailable',
      what: 'The engine named "wasm" is not the one of @tensorflow/tfjs-backend-wasm.',
      remedy: 'Run `npm ls @tensorflow/tfjs-backend-wasm` and keep one copy.',
    });
  }
  if (!knowsDevice(backend)) {
    const heap = liveHeap(backend.wasm, engine.version_wasm);
    const module = await loadKernelModule(heap.memory);
    rememberDevice(backend, new Device(backend, heap, module.functions));
    relaxedSimd.set(backend, module.relaxedSimd);
  }
  installKernels();
  return {
    engine: ENGINE,
    details: {
      tensorflow: engine.version_wasm,
      simd: (await tf.env().getAsync('WASM_HAS_SIMD_SUPPORT')) === true,
      relaxedSimd: relaxedSimd.get(backend) === true,
      threads: engine.getThreadsCount(),
    },
  };
}

async function selectOrExplain(paths: unknown): Promise<void> {
  try {
    await selectEngine(ENGINE);
  } catch (cause) {
    if (paths === undefined) throw cause;
    throw new GraftError({
      code: 'unavailable',
      what: 'The wasm engine did not start.',
      expected: `Its binaries were to be fetched from ${JSON.stringify(paths)}.`,
      remedy:
        'Serve the files of @tensorflow/tfjs-backend-wasm/dist that end in .wasm, and pass their place as wasmPaths.',
      cause,
    });
  }
}
