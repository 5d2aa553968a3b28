import { GraftError } from '../errors/graft-error.js';

/** A named array in plain memory, as safetensors files hold it. */
export interface NamedArray {
  readonly shape: readonly number[];
  readonly data: Float32Array | Int32Array | Uint8Array;
}

/**
 * Encode arrays as one safetensors file (https://huggingface.co/docs/safetensors): an 8-byte header length, a JSON
 * header and the raw data.
 *
 * @param metadata strings to keep in the header
 * @throws GraftError `bad-input` for an array named `__metadata__`, or one whose values do not fit its shape
 */
export function encodeSafetensors(
  arrays: ReadonlyMap<string, NamedArray>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const header: Record<string, unknown> = { __metadata__: metadata };
  let offset = 0;
  for (const [name, { shape, data }] of arrays) {
    if (name === '__metadata__')
      throw new GraftError({ code: 'bad-input', what: 'An array may not be named "__metadata__".' });
    if (shape.reduce((product, size) => product * size, 1) !== data.length) {
      throw new GraftError({
        code: 'bad-input',
        what: `The array "${name}" of shape [${shape.join(', ')}] has ${data.length} values.`,
        expected: 'As many values as its shape says were expected.',
      });
    }
    header[name] = { dtype: dtypeOf(data), shape, data_offsets: [offset, offset + data.byteLength] };
    offset += data.byteLength;
  }
  const text = new TextEncoder().encode(JSON.stringify(header));
  // The data begin at a multiple of 8, as the format asks; the header is padded with spaces.
  const headerLength = Math.ceil(text.byteLength / 8) * 8;
  const file = new Uint8Array(8 + headerLength + offset);
  new DataView(file.buffer).setBigUint64(0, BigInt(headerLength), true);
  file.fill(0x20, 8, 8 + headerLength);
  file.set(text, 8);
  let at = 8 + headerLength;
  for (const { data } of arrays.values()) {
    file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  return file;
}

function dtypeOf(data: NamedArray['data']): string {
  if (data instanceof Float32Array) return 'F32';
  return data instanceof Int32Array ? 'I32' : 'U8';
}
