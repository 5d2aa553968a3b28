import { env } from '@tensorflow/tfjs-core';
import { GraftError } from '@graft-ml/core';

const PLAIN = 'tfjs-backend-wasm.wasm';
const SIMD = 'tfjs-backend-wasm-simd.wasm';
const THREADED = 'tfjs-backend-wasm-threaded-simd.wasm';
/** tfjs's SIMD binary with memory that threads can share. */
const SHARED = 'tfjs-backend-wasm-simd-shared.wasm';

/**
 * The argument of tfjs's `setWasmPaths`, or undefined where tfjs finds its binaries by itself (Node). The two URLs are
 * written out in full because that is the form in which bundlers find assets and copy them.
 */
export function binaryPaths(
  given: string | Readonly<Record<string, string>> | undefined,
): string | Record<string, string> | undefined {
  if (typeof given === 'string') return given;
  if (given !== undefined) return complete(given);
  if (env().get('IS_BROWSER') !== true) return undefined;
  return complete({
    [PLAIN]: new URL('../assets/tfjs-backend-wasm.wasm', import.meta.url).href,
    [SIMD]: new URL('../assets/tfjs-backend-wasm-simd.wasm', import.meta.url).href,
  });
}

/**
 * The same for an engine whose memory threads share: tfjs finds `SHARED` under the name of the SIMD binary. Undefined
 * where the user's own paths do not name it.
 */
export function sharedBinaryPaths(
  given: string | Readonly<Record<string, string>> | undefined,
): { readonly shared: string; readonly paths: Record<string, string> } | undefined {
  const named: Readonly<Record<string, string>> =
    typeof given === 'string'
      ? { [PLAIN]: given + PLAIN, [SIMD]: given + SIMD, [SHARED]: given + SHARED }
      : (given ?? {
          [PLAIN]: new URL('../assets/tfjs-backend-wasm.wasm', import.meta.url).href,
          [SIMD]: new URL('../assets/tfjs-backend-wasm-simd.wasm', import.meta.url).href,
          [SHARED]: new URL('../assets/tfjs-backend-wasm-simd-shared.wasm', import.meta.url).href,
        });
  const shared = named[SHARED];
  return shared === undefined ? undefined : { shared, paths: { ...complete(named), [SIMD]: shared } };
}

/** tfjs insists on a path for the threaded build too, which Graft never loads. */
function complete(given: Readonly<Record<string, string>>): Record<string, string> {
  const simd = given[SIMD];
  const plain = given[PLAIN];
  if (simd === undefined || plain === undefined) {
    throw new GraftError({
      code: 'bad-input',
      what: `wasmPaths names ${Object.keys(given).join(', ') || 'nothing'}.`,
      expected: `A URL for ${PLAIN} and one for ${SIMD} were expected.`,
    });
  }
  return { [PLAIN]: plain, [SIMD]: simd, [THREADED]: given[THREADED] ?? simd };
}
