import { env } from '@tensorflow/tfjs-core';
import { GraftError } from '@graft-ml/core';

const PLAIN = 'tfjs-backend-wasm.wasm';
const SIMD = 'tfjs-backend-wasm-simd.wasm';
const THREADED = 'tfjs-backend-wasm-threaded-simd.wasm';
/** tfjs's SIMD binary with memory that threads can share. */
const SHARED = 'tfjs-backend-wasm-simd-shared.wasm';

/**
 * A URL for each of tfjs's binaries, or undefined where tfjs finds them by itself (Node). The two URLs are written out in
 * full because that is the form in which bundlers find assets and copy them.
 */
export function binaryPaths(
  given: string | Readonly<Record<string, string>> | undefined,
): Readonly<Record<string, string>> | undefined {
  if (typeof given === 'string') return complete({ [PLAIN]: given + PLAIN, [SIMD]: given + SIMD });
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

/** What tfjs was given, and reads each time it starts. */
const table: Record<string, string> = {};
let isGiven = false;

/**
 * Have tfjs fetch its binaries from these places. After a start that failed, tfjs takes no other paths; it reads those it
 * was given again, so they are changed in the table that it holds.
 *
 * @throws GraftError `unavailable` when tfjs failed to start before it was given that table
 */
export function pointTo(
  paths: Readonly<Record<string, string>>,
  engine: { setWasmPaths(paths: Record<string, string>): void },
): void {
  Object.assign(table, paths);
  if (isGiven) return;
  try {
    engine.setWasmPaths(table);
    isGiven = true;
  } catch (cause) {
    throw new GraftError({
      code: 'unavailable',
      what: 'TensorFlow.js’s wasm engine failed to start earlier, and since then takes no word on where its binaries are.',
      expected: 'It was to be started by useBackend(wasm()) first, which can be tried again.',
      remedy: 'Reload the page, and call useBackend(wasm()) instead of tf.setBackend("wasm").',
      cause,
    });
  }
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
