import { GraftError, TENSORFLOW_VERSION } from '@graft-ml/core';

/** The heap that all tensors of the tfjs WASM backend live on. */
export interface LiveHeap {
  readonly memory: WebAssembly.Memory;
  /** The address of fresh bytes, or 0 when there is no room. May grow the memory, which detaches earlier views of it. */
  readonly allocate: (bytes: number) => number;
  readonly free: (address: number) => void;
}

/**
 * Reach into the running tfjs WASM backend. What is read here is private to tfjs: hence the pinned version, and the
 * error that names the versions when something is missing.
 *
 * @param module the backend's `wasm` object
 * @param version the version of @tensorflow/tfjs-backend-wasm that was found
 * @throws GraftError `unavailable`
 */
export function liveHeap(module: unknown, version: string): LiveHeap {
  const memory = field(field(module, 'asm'), 'memory');
  const malloc = field(module, '_malloc');
  const free = field(module, '_free');
  if (
    version !== TENSORFLOW_VERSION ||
    !(memory instanceof WebAssembly.Memory) ||
    !takesNumber(malloc) ||
    !takesNumber(free)
  ) {
    throw new GraftError({
      code: 'unavailable',
      what: `The heap of @tensorflow/tfjs-backend-wasm ${version} cannot be reached.`,
      expected: `Graft's WASM kernels work inside version ${TENSORFLOW_VERSION}, exactly.`,
      remedy: `Install it: npm install @tensorflow/tfjs-backend-wasm@${TENSORFLOW_VERSION}.`,
    });
  }
  if (field(module, 'PThread') !== undefined) {
    throw new GraftError({
      code: 'unavailable',
      what: 'The wasm engine was started with threads before Graft was.',
      expected: "Graft's kernels bring threads of their own, and need the engine's build without.",
      remedy: "Call useBackend(wasm()) before anything calls tf.setBackend('wasm').",
    });
  }
  // Addresses past 2 GiB come back as negative numbers.
  return { memory, allocate: (bytes) => malloc(bytes) >>> 0, free: (address) => free(address) };
}

function field(owner: unknown, name: string): unknown {
  return typeof owner === 'object' && owner !== null ? Reflect.get(owner, name) : undefined;
}

function takesNumber(value: unknown): value is (argument: number) => number {
  return typeof value === 'function';
}
