import { env } from '@tensorflow/tfjs-core';
import { GraftError } from '@graft-ml/core';

const PLAIN = 'tfjs-backend-wasm.wasm';
const SIMD = 'tfjs-backend-wasm-simd.wasm';
const THREADED = 'tfjs-backend-wasm-threaded-simd.wasm';

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
