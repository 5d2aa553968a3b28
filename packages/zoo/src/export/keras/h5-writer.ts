import { GraftError, messageOf } from '@graft-ml/core';
import type { Group } from 'h5wasm';
import { loadH5wasm } from '../../keras/h5/load-h5wasm.js';

/** The little of HDF5 that Keras's files are made of. */
export interface H5Writer {
  /** Make a group and those above it that are missing. */
  group(path: string): void;
  /** A float32 array; the groups above it must be there. */
  array(path: string, shape: readonly number[], data: Float32Array): void;
  /** An attribute of a group: a text, or a list of texts. */
  attribute(path: string, name: string, value: string | readonly string[]): void;
}

let written = 0;

/**
 * Write an HDF5 file in memory.
 *
 * @throws GraftError `unavailable` without h5wasm, `internal` when it refuses
 */
export async function writeH5(work: (file: H5Writer) => void): Promise<Uint8Array> {
  const h5 = await loadH5wasm();
  const module = await h5.ready;
  const name = `/graft-export-${++written}.h5`;
  const file = new h5.File(name, 'w');
  try {
    work(writer(file));
    file.flush();
  } catch (cause) {
    if (cause instanceof GraftError) throw cause;
    throw new GraftError({ code: 'internal', what: `HDF5 could not be written: ${messageOf(cause)}.`, cause });
  } finally {
    file.close();
  }
  try {
    return module.FS.readFile(name);
  } finally {
    module.FS.unlink(name);
  }
}

function writer(root: Group): H5Writer {
  const groups = new Map<string, Group>([['', root]]);
  const at = (path: string): Group => {
    const known = groups.get(path);
    if (known !== undefined) return known;
    const cut = path.lastIndexOf('/');
    const made = at(path.slice(0, Math.max(cut, 0))).create_group(path.slice(cut + 1));
    groups.set(path, made);
    return made;
  };
  return {
    group(path) {
      at(path);
    },
    array(path, shape, data) {
      const cut = path.lastIndexOf('/');
      at(path.slice(0, Math.max(cut, 0))).create_dataset({
        name: path.slice(cut + 1),
        data,
        shape: [...shape],
        dtype: '<f',
      });
    },
    attribute(path, name, value) {
      if (typeof value === 'string') at(path).create_attribute(name, value);
      // HDF5 has no list of no texts: Keras writes an empty array of numbers then.
      else if (value.length === 0) at(path).create_attribute(name, new Float64Array(0), [0], '<d');
      else at(path).create_attribute(name, [...value]);
    },
  };
}
