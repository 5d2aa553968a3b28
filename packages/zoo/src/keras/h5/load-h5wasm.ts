import { GraftError } from '@graft-ml/core';
import type * as H5wasm from 'h5wasm';

/**
 * Load `h5wasm`, an optional peer dependency.
 *
 * @throws GraftError `unavailable` when it is not installed
 */
export async function loadH5wasm(): Promise<typeof H5wasm> {
  try {
    return await import('h5wasm');
  } catch (cause) {
    throw new GraftError({
      code: 'unavailable',
      what: 'Keras files are read and written by h5wasm, which is not installed.',
      remedy: 'Install it: npm install h5wasm@0.10.3.',
      cause,
    });
  }
}
