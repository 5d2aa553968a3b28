import { GraftError } from '@graft-ml/core';
import { RELAXED_SIMD_MODULE } from '../generated/relaxed-simd.js';
import { SIMD_MODULE } from '../generated/simd.js';
import { FUNCTIONS, type ModuleFunctions } from './module-functions.js';

export interface KernelModule {
  readonly functions: ModuleFunctions;
  /** What threads instantiate on the same memory. */
  readonly module: WebAssembly.Module;
  /** Whether the build with fused multiply-add runs (Node 22 and later, Chromium 114 and later). */
  readonly relaxedSimd: boolean;
}

/** The bit of a memory's flags that says that threads share it. */
const SHARED = 2;

/**
 * Compile Graft's own WebAssembly module onto `memory`, in its fastest build that this engine accepts.
 *
 * @throws GraftError `unavailable` where the engine has no WebAssembly SIMD.
 */
export async function loadKernelModule(memory: WebAssembly.Memory): Promise<KernelModule> {
  const shared = isShared(memory);
  const relaxed = decode(RELAXED_SIMD_MODULE, shared);
  const relaxedSimd = WebAssembly.validate(relaxed);
  const bytes = relaxedSimd ? relaxed : decode(SIMD_MODULE, shared);
  if (!relaxedSimd && !WebAssembly.validate(bytes)) {
    throw new GraftError({
      code: 'unavailable',
      what: 'This JavaScript engine has no WebAssembly SIMD.',
      expected: 'The wasm backend trains with SIMD kernels only.',
      remedy: 'Use a newer browser or Node version, or cpu() from @graft-ml/backend-cpu.',
    });
  }
  const { instance, module } = await WebAssembly.instantiate(bytes, { env: { memory } });
  return { functions: readFunctions(instance.exports), module, relaxedSimd };
}

export function isShared(memory: WebAssembly.Memory): boolean {
  return typeof SharedArrayBuffer === 'function' && memory.buffer instanceof SharedArrayBuffer;
}

function readFunctions(exports: WebAssembly.Exports): ModuleFunctions {
  const found: Partial<Record<keyof ModuleFunctions, ModuleFunctions[keyof ModuleFunctions]>> = {};
  for (const name of FUNCTIONS) {
    const each = exports[name];
    if (!isFunction(each)) {
      throw new GraftError({ code: 'internal', what: `The kernel module lacks the function "${name}".` });
    }
    found[name] = each;
  }
  if (!isComplete(found)) throw new GraftError({ code: 'internal', what: 'The kernel module is incomplete.' });
  return found;
}

function isFunction(value: unknown): value is (...numbers: number[]) => number {
  return typeof value === 'function';
}

function isComplete(found: Partial<ModuleFunctions>): found is ModuleFunctions {
  return FUNCTIONS.every((name) => found[name] !== undefined);
}

function decode({ base64, limitsAt }: { base64: string; limitsAt: number }, shared: boolean): Uint8Array<ArrayBuffer> {
  const binary = atob(base64);
  const bytes = new Uint8Array(binary.length);
  for (let at = 0; at < binary.length; at++) bytes[at] = binary.charCodeAt(at);
  if (shared) bytes[limitsAt] = (bytes[limitsAt] ?? 0) | SHARED;
  return bytes;
}
