import * as tf from '@tensorflow/tfjs-core';
import { GraftError, selectEngine, takesNumbersInPlace, type Backend, type BackendReport } from '@graft-ml/core';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { Device } from './device/device.js';
import { deviceOf, knowsDevice, rememberDevice } from './device/devices.js';
import { loadKernelModule } from './device/kernel-module.js';
import { liveHeap } from './device/live-heap.js';
import { installKernels } from './kernels/install.js';
import { binaryPaths, pointTo, sharedBinaryPaths } from './binary-paths.js';
import { threadCount } from './threads/thread-count.js';
import { whyNotShared } from './threads/why-not-shared.js';

export interface WasmOptions {
  /**
   * Where the browser fetches tfjs's binaries from: a URL that ends in `/` and holds them under their own names, or a
   * URL for each of `tfjs-backend-wasm.wasm` and `tfjs-backend-wasm-simd.wasm` and, for threads, this package's
   * `assets/tfjs-backend-wasm-simd-shared.wasm`. By default they come from this package's own files, which bundlers copy.
   * Node reads them from node_modules and needs no paths.
   */
  readonly wasmPaths?: string | Readonly<Record<string, string>>;
  /**
   * How many threads compute, the calling one included: 1 to 32, or `auto` for one a processor, at most 8. Results are
   * the same bits for every number. Default 1.
   */
  readonly threads?: number | 'auto';
}

const ENGINE = 'wasm';
const relaxedSimd = new WeakMap<object, boolean>();
let isWarned = false;

/**
 * TensorFlow.js on WebAssembly SIMD, with the gradient kernels that tfjs's own WASM backend lacks and fast ones where
 * its own are slow. Runs in Node and in browsers, on one thread or several.
 *
 * Threads need shared memory: Node has it, a page has it when it is cross-origin isolated. Where they cannot be had,
 * a warning says why, once, and one thread does the work; `details.threads` tells how many there are. They end with
 * the engine and never keep a program alive.
 *
 * @param options see {@link WasmOptions}
 * @returns a backend whose `start` throws `unavailable` without WebAssembly SIMD, with another version of tfjs, or
 *   when the binaries cannot be fetched. Its report tells `tensorflow`, `simd`, `relaxedSimd` and `threads`.
 * @throws GraftError `bad-input` when `threads` is no such number
 *
 * @example
 * ```ts
 * import { useBackend } from '@graft-ml/core';
 * import { wasm } from '@graft-ml/backend-wasm';
 * const active = await useBackend(wasm({ threads: 2 }));
 * console.log(active.engine, active.details['threads']); // wasm 2
 * ```
 */
export function wasm(options: WasmOptions = {}): Backend {
  const threads = threadCount(options.threads ?? 1);
  return { name: 'wasm', start: () => start(options, threads) };
}

async function start(options: WasmOptions, wanted: number): Promise<BackendReport> {
  const engine = await import('@tensorflow/tfjs-backend-wasm');
  let refusal: string | undefined;
  // An engine that failed to start keeps its name selected.
  if (tf.getBackend() !== ENGINE || tf.engine().registry[ENGINE] === undefined) {
    let paths = binaryPaths(options.wasmPaths);
    if (wanted > 1) {
      const binaries = sharedBinaryPaths(options.wasmPaths);
      refusal = await whyNotShared(binaries?.shared);
      if (refusal === undefined) paths = binaries?.paths;
    }
    if (paths !== undefined) pointTo(paths, engine);
    // tfjs's own build for threads, which gives Node one thread and uses them for few of its kernels.
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
  if (!knowsDevice(backend)) await attach(backend, engine.version_wasm);
  installKernels();
  const device = deviceOf(backend);
  refusal ??= await device.setThreads(wanted);
  if (refusal !== undefined) warnOnce(refusal);
  return {
    engine: ENGINE,
    details: {
      tensorflow: engine.version_wasm,
      simd: (await tf.env().getAsync('WASM_HAS_SIMD_SUPPORT')) === true,
      relaxedSimd: relaxedSimd.get(backend) === true,
      threads: device.threads,
    },
  };
}

/** Build Graft's view of a backend that has just started, and end its threads when it ends. */
async function attach(backend: BackendWasm, version: string): Promise<void> {
  const heap = liveHeap(backend.wasm, version);
  const module = await loadKernelModule(heap.memory);
  const device = new Device(backend, heap, module);
  const dispose = backend.dispose.bind(backend);
  backend.dispose = () => {
    void device.close();
    dispose();
  };
  rememberDevice(backend, device);
  takesNumbersInPlace(backend, (shape, write) => device.written(shape, write));
  relaxedSimd.set(backend, module.relaxedSimd);
}

function warnOnce(refusal: string): void {
  if (isWarned) return;
  isWarned = true;
  tf.backend_util.warn(`Graft's wasm backend runs on one thread: ${refusal}`);
}

async function selectOrExplain(paths: Readonly<Record<string, string>> | undefined): Promise<void> {
  try {
    await selectEngine(ENGINE);
  } catch (cause) {
    if (paths === undefined) throw cause;
    throw new GraftError({
      code: 'unavailable',
      what: 'The wasm engine did not start.',
      expected: `Its binaries were to be fetched from ${[...new Set(Object.values(paths))].join(', ')}.`,
      remedy:
        'Check the connection and start it again, or serve the files of @graft-ml/backend-wasm/assets that end in .wasm and pass their place as wasmPaths.',
      cause,
    });
  }
}
