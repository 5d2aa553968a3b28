import { GraftError, messageOf } from '@graft-ml/core';
import { assertSoundHeaps } from './global-heaps.js';
import type { H5Numbers, H5Tree } from './h5-tree.js';
import { loadH5wasm, replaceH5wasm } from './load-h5wasm.js';
import { readInThread } from './read-in-thread.js';
import { readTree } from './read-tree.js';

/** An array of an HDF5 file. */
export interface H5Array {
  readonly shape: readonly number[];
  /** @throws GraftError `corrupt` when it holds no floats or integers, or claims more of them than the file can hold */
  read(): Float32Array;
}

/** The little of HDF5 that Keras needs. Paths are relative to the root, ''. */
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

/**
 * Read an HDF5 file in memory. In Node that is done in a thread, which is ended when a damaged file makes the library run in
 * circles; in pages it is done at once.
 *
 * @param from the file's name, for messages
 * @throws GraftError `unavailable` when h5wasm is not installed, `corrupt` when it is no HDF5 file or is damaged
 */
export async function readH5(bytes: Uint8Array, from: string): Promise<H5File> {
  assertSoundHeaps(bytes, from);
  try {
    return fileOf((await readInThread(bytes)) ?? (await readTree(await loadH5wasm(), bytes)), from);
  } catch (cause) {
    if (cause instanceof GraftError) throw cause;
    // What it holds is no longer to be trusted: it may never come back. (A thread's library is the thread's own.)
    if (cause instanceof WebAssembly.RuntimeError) replaceH5wasm();
    throw new GraftError({
      code: 'corrupt',
      what: `${from} could not be read as HDF5: ${firstLine(cause)}`,
      expected: 'A file that Keras saved as HDF5 was expected.',
      remedy: 'Copy or download it again.',
      cause,
    });
  }
}

function fileOf({ groups, arrays }: H5Tree, from: string): H5File {
  const attribute = (path: string, name: string): string | readonly string[] | undefined =>
    groups.get(path)?.texts.get(name);
  return {
    keys: (path) => groups.get(path)?.keys ?? [],
    isGroup: (path) => groups.has(path),
    array(path) {
      const found = arrays.get(path);
      return found === undefined ? undefined : arrayOf(found, `"${path}" of ${from}`);
    },
    text(path, name) {
      const value = attribute(path, name);
      return typeof value === 'string' ? value : undefined;
    },
    texts(path, name) {
      const whole = attribute(path, name);
      if (whole !== undefined) return [whole].flat();
      const parts: string[] = [];
      for (let index = 0; ; index++) {
        const part = attribute(path, `${name}${index}`);
        if (part === undefined) return index === 0 ? undefined : parts;
        parts.push(...[part].flat());
      }
    },
  };
}

function arrayOf({ shape, values }: H5Numbers, what: string): H5Array {
  return {
    shape,
    read() {
      if (values !== undefined) return values;
      throw new GraftError({
        code: 'corrupt',
        what: `The array ${what} holds no numbers, or claims more of them than the file can hold.`,
      });
    },
  };
}

/** What the library says first; it goes on for pages. Of its own reports the innermost reason is the telling one. */
function firstLine(thrown: unknown): string {
  const lines = messageOf(thrown).split('\n');
  const reason = lines.findLast((line) => /^\s*#\d+: /.test(line))?.replace(/^.*\(\): /, '');
  return (reason ?? lines[0] ?? '').slice(0, 200);
}
