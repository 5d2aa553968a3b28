import { GraftError, messageOf } from '@graft-ml/core';
import type * as H5wasm from 'h5wasm';

/** How often the library has crashed; each time a fresh instance of it takes its place. */
let crashes = 0;

/** The next `loadH5wasm` gives a fresh instance: this one crashed. */
export function replaceH5wasm(): void {
  crashes++;
}

/**
 * Load `h5wasm`, an optional peer dependency.
 *
 * @throws GraftError `unavailable` when it is not installed, or cannot be started again
 */
export async function loadH5wasm(): Promise<typeof H5wasm> {
  try {
    if (crashes === 0) return await import('h5wasm');
    const fresh: unknown = await import(/* @vite-ignore */ `${import.meta.resolve('h5wasm')}?instance=${crashes}`);
    if (isH5wasm(fresh)) return fresh;
    throw new Error('it is another module');
  } catch (cause) {
    throw new GraftError({
      code: 'unavailable',
      what:
        crashes === 0
          ? 'Keras files are read and written by h5wasm, which is not installed.'
          : `h5wasm crashed on a damaged file and could not be started again: ${messageOf(cause)}.`,
      remedy: crashes === 0 ? 'Install it: npm install h5wasm@0.10.3.' : 'Reload the page, or start the program again.',
      cause,
    });
  }
}

function isH5wasm(module: unknown): module is typeof H5wasm {
  return module !== null && typeof module === 'object' && 'ready' in module && 'File' in module;
}
