import type * as H5wasm from 'h5wasm';
import type { H5Group, H5Numbers, H5Tree } from './h5-tree.js';

/** What Keras puts beside the weights for its own training. */
const NOT_READ: ReadonlySet<string> = new Set(['optimizer', 'optimizer_weights']);
/** The attributes that say what a model is. Long ones are split into `name0`, `name1`, … */
const READ = /^(model_config|layer_names|weight_names)\d*$/;
/** A file may be linked in circles. */
const MOST_DEEP = 64;
const MOST_OBJECTS = 50_000;
/** Classes of HDF5's types. */
const [INTEGER, FLOAT] = [0, 1];

let opened = 0;

/**
 * Read what a Keras model needs of an HDF5 file. It imports nothing, for it also runs in a thread of its own.
 *
 * @throws whatever h5wasm throws, and Errors. After that the library is not to be trusted: it throws through C code, which then
 *   never cleans up
 */
export async function readTree(h5: typeof H5wasm, bytes: Uint8Array): Promise<H5Tree> {
  const module = await h5.ready;
  const name = `/graft-${++opened}.h5`;
  module.FS.writeFile(name, bytes);
  try {
    // Otherwise the library writes pages about a damaged file to the console, and goes on with what it has not read.
    module.activate_throwing_error_handler();
    const file = new h5.File(name, 'r');
    try {
      return walk(h5, file, bytes.byteLength);
    } finally {
      file.close();
    }
  } finally {
    module.FS.unlink(name);
  }
}

function walk(h5: typeof H5wasm, root: H5wasm.Group, fileBytes: number): H5Tree {
  const groups = new Map<string, H5Group>();
  const arrays = new Map<string, H5Numbers>();
  // Numbers lie in the file, some in half as many bytes as here; what claims more lies, and is not read.
  let left = 2 * fileBytes + 2 ** 16;
  const visit = (group: H5wasm.Group, path: string, depth: number): void => {
    const keys = group.keys();
    groups.set(path, { keys, texts: textsOf(group, left) });
    for (const key of keys) {
      if (path === '' && NOT_READ.has(key)) continue;
      const inner = path === '' ? key : `${path}/${key}`;
      const child = group.get(key);
      if (depth >= MOST_DEEP || groups.size + arrays.size >= MOST_OBJECTS) {
        throw new Error(`it is too deep or holds too much at "${inner}"`);
      }
      if (child instanceof h5.Group) visit(child, inner, depth + 1);
      else if (child instanceof h5.Dataset) {
        const { shape, type } = child.metadata;
        const bytes = 4 * (shape ?? []).reduce((size, side) => size * side, 1);
        const isRead = (type === INTEGER || type === FLOAT) && bytes <= left;
        if (isRead) left -= bytes;
        arrays.set(inner, { shape: shape ?? [], values: isRead ? floats(child.value) : undefined });
      }
    }
  };
  visit(root, '', 0);
  return { groups, arrays };
}

function textsOf(group: H5wasm.Group, most: number): H5Group['texts'] {
  const texts = new Map<string, string | readonly string[]>();
  for (const [name, attribute] of Object.entries(group.attrs)) {
    if (!READ.test(name)) continue;
    const { size, total_size: count } = attribute.metadata;
    if (size * count > most) throw new Error(`the attribute "${name}" claims more bytes than the file has`);
    const { value } = attribute;
    if (typeof value === 'string') texts.set(name, value);
    // An empty list is stored as an empty array of numbers.
    else if (Array.isArray(value))
      texts.set(
        name,
        value.filter((each) => typeof each === 'string'),
      );
    else if (ArrayBuffer.isView(value) && value.byteLength === 0) texts.set(name, []);
  }
  return texts;
}

function floats(value: unknown): Float32Array | undefined {
  // Of its own buffer, so that it can be handed over alone.
  if (value instanceof Float32Array) return value.byteLength === value.buffer.byteLength ? value : value.slice();
  if (typeof value === 'number') return Float32Array.of(value);
  if (value instanceof BigInt64Array || value instanceof BigUint64Array) {
    return Float32Array.from(value, (each) => Number(each));
  }
  if (ArrayBuffer.isView(value) && !(value instanceof DataView) && 'length' in value) {
    return Float32Array.from({ length: Number(value.length) }, (_, index) => Number(Reflect.get(value, index)));
  }
  return undefined;
}
