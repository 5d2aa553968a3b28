import { GraftError, TENSORFLOW_VERSION } from '@graft-ml/core';

/**
 * The WebAssembly.Memory that all tensors of the tfjs WASM backend live in. It is a private field of that backend,
 * which is why the version is pinned and why its absence is an error that names the versions.
 *
 * @param module the backend's `wasm` object
 * @param version the version of @tensorflow/tfjs-backend-wasm that was found
 * @throws GraftError `unavailable`
 */
export function liveMemory(module: unknown, version: string): WebAssembly.Memory {
  const memory = field(field(module, 'asm'), 'memory');
  if (version !== TENSORFLOW_VERSION || !(memory instanceof WebAssembly.Memory)) {
    throw new GraftError({
      code: 'unavailable',
      what: `The memory of @tensorflow/tfjs-backend-wasm ${version} cannot be reached.`,
      expected: `Graft's WASM kernels work inside version ${TENSORFLOW_VERSION}, exactly.`,
      remedy: `Install it: npm install @tensorflow/tfjs-backend-wasm@${TENSORFLOW_VERSION}.`,
    });
  }
  return memory;
}

function field(owner: unknown, name: string): unknown {
  return typeof owner === 'object' && owner !== null ? Reflect.get(owner, name) : undefined;
}
