import { GraftError, messageOf } from '@graft-ml/core';
import type * as H5wasm from 'h5wasm';
import { assertSoundHeaps } from './global-heaps.js';
import { loadH5wasm, replaceH5wasm } from './load-h5wasm.js';

/** An array of an HDF5 file whose numbers have not been read yet. */
export interface H5Array {
  readonly shape: readonly number[];
  /** @throws GraftError `corrupt` when its numbers cannot be read, or are no floats or integers */
  read(): Float32Array;
}

/** The little of HDF5 that Keras needs. Paths are absolute or relative to the root. */
export interface H5File {
  /** Names in a group; empty when there is no such group. */
  keys(path: string): readonly string[];
  /** Whether there is a group under this path. */
  isGroup(path: string): boolean;
  array(path: string): H5Array | undefined;
  /** An attribute of a group that is a text. Long ones may be split into `name0`, `name1`, … */
  text(path: string, name: string): string | undefined;
  texts(path: string, name: string): readonly string[] | undefined;
}

let opened = 0;

/**
 * Open an HDF5 file in memory while `work` runs.
 *
 * @param from the file's name, for messages
 * @throws GraftError `unavailable` when h5wasm is not installed, `corrupt` when it is no HDF5 file or is damaged
 */
export async function withH5File<R>(bytes: Uint8Array, from: string, work: (file: H5File) => R): Promise<R> {
  assertSoundHeaps(bytes, from);
  const h5 = await loadH5wasm();
  const module = await h5.ready;
  const name = `/graft-${++opened}.h5`;
  module.FS.writeFile(name, bytes);
  try {
    // Otherwise the library writes pages about a damaged file to the console, and goes on with what it has not read.
    module.activate_throwing_error_handler();
    const file = new h5.File(name, 'r');
    try {
      return work(reader(h5, file, from));
    } finally {
      file.close();
    }
  } catch (cause) {
    if (cause instanceof GraftError) throw cause;
    // After many damaged files it crashes, and what it holds is no longer to be trusted: it may never come back.
    if (cause instanceof WebAssembly.RuntimeError) replaceH5wasm();
    throw new GraftError({
      code: 'corrupt',
      what: `${from} could not be read as HDF5: ${firstLine(cause)}`,
      expected: 'A file that Keras saved as HDF5 was expected.',
      remedy: 'Copy or download it again.',
      cause,
    });
  } finally {
    module.FS.unlink(name);
  }
}

function reader(h5: typeof H5wasm, file: H5wasm.File, from: string): H5File {
  const at = (path: string): unknown => {
    try {
      return file.get(path === '' ? '/' : path);
    } catch {
      return null;
    }
  };
  const group = (path: string): H5wasm.Group | undefined => {
    const found = at(path);
    return found instanceof h5.Group ? found : undefined;
  };
  const attribute = (path: string, name: string): unknown => {
    const attributes = group(path)?.attrs;
    return attributes !== undefined && Object.hasOwn(attributes, name) ? attributes[name]?.value : undefined;
  };
  return {
    keys: (path) => group(path)?.keys() ?? [],
    isGroup: (path) => group(path) !== undefined,
    array(path) {
      const found = at(path);
      if (!(found instanceof h5.Dataset)) return undefined;
      const shape = found.shape ?? [];
      return { shape, read: () => floats(found.value, `"${path}" of ${from}`) };
    },
    text(path, name) {
      const value = attribute(path, name);
      return typeof value === 'string' ? value : undefined;
    },
    texts(path, name) {
      const whole = attribute(path, name);
      if (whole !== undefined) return names(whole);
      const parts: string[] = [];
      for (let index = 0; ; index++) {
        const part = attribute(path, `${name}${index}`);
        if (part === undefined) return index === 0 ? undefined : parts;
        parts.push(...names(part));
      }
    },
  };
}

function names(value: unknown): string[] {
  // An empty list is stored as an empty array of numbers.
  if (Array.isArray(value)) return value.filter((each) => typeof each === 'string');
  return typeof value === 'string' ? [value] : [];
}

function floats(value: unknown, what: string): Float32Array {
  if (value instanceof Float32Array) return value;
  if (typeof value === 'number') return Float32Array.of(value);
  if (value instanceof BigInt64Array || value instanceof BigUint64Array) {
    return Float32Array.from(value, (each) => Number(each));
  }
  if (ArrayBuffer.isView(value) && !(value instanceof DataView) && 'length' in value) {
    return Float32Array.from({ length: Number(value.length) }, (_, index) => Number(Reflect.get(value, index)));
  }
  throw new GraftError({ code: 'corrupt', what: `The array ${what} holds no numbers.` });
}

/** What the library says first; it goes on for pages. Of its own reports the innermost reason is the telling one. */
function firstLine(thrown: unknown): string {
  const lines = messageOf(thrown).split('\n');
  const reason = lines.findLast((line) => /^\s*#\d+: /.test(line))?.replace(/^.*\(\): /, '');
  return (reason ?? lines[0] ?? '').slice(0, 200);
}
