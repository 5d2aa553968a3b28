import * as z from 'zod';
import { GraftError } from '../errors/graft-error.js';
import type { NamedArray } from './encode.js';

const MAX_HEADER_BYTES = 100_000_000;

type Dtype = keyof typeof BYTES;

/** The types that are read, and how many bytes a number of each takes. */
const BYTES = { F32: 4, F64: 8, F16: 2, BF16: 2, I64: 8, I32: 4, U8: 1 } as const;

interface Entry {
  readonly dtype: Dtype;
  readonly shape: number[];
  readonly data_offsets: [number, number];
}

const entry: z.ZodType<Entry> = z.object({
  dtype: z.enum(['F32', 'F64', 'F16', 'BF16', 'I64', 'I32', 'U8']),
  shape: z.array(z.number().int().nonnegative()).max(8),
  data_offsets: z.tuple([z.number().int().nonnegative(), z.number().int().nonnegative()]),
});
const header: z.ZodType<Record<string, unknown>> = z.record(z.string(), z.unknown());
const strings: z.ZodType<Record<string, string>> = z.record(z.string(), z.string());

export interface SafetensorsFile {
  readonly arrays: ReadonlyMap<string, NamedArray>;
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * Decode a safetensors file of F32, I32 and U8 arrays. F64, F16 and BF16 become float32; I64 becomes int32 (PyTorch keeps
 * counts of batches in it), larger numbers its largest.
 *
 * @param from the file's name, for messages
 * @throws GraftError `corrupt` for a header that lies about lengths, offsets, shapes or types,
 *   arrays that overlap, and data that belong to none
 */
export function decodeSafetensors(file: Uint8Array, from: string): SafetensorsFile {
  const corrupt = (what: string, cause?: unknown): GraftError =>
    new GraftError({ code: 'corrupt', what: `${from}: ${what}`, expected: 'A safetensors file was expected.', cause });
  if (file.byteLength < 8) throw corrupt(`it has only ${file.byteLength} bytes.`);
  const headerLength = Number(new DataView(file.buffer, file.byteOffset, 8).getBigUint64(0, true));
  if (headerLength > MAX_HEADER_BYTES || 8 + headerLength > file.byteLength) {
    throw corrupt(`its header claims ${headerLength} bytes of ${file.byteLength}.`);
  }
  let json: Record<string, unknown>;
  try {
    json = header.parse(JSON.parse(new TextDecoder().decode(file.subarray(8, 8 + headerLength))));
  } catch (cause) {
    throw corrupt('its header is not a JSON object.', cause);
  }
  const data = file.subarray(8 + headerLength);
  const entries = new Map<string, Entry>();
  for (const [name, value] of Object.entries(json)) {
    if (name === '__metadata__') continue;
    const parsed = entry.safeParse(value);
    if (!parsed.success) throw corrupt(`the entry "${name}" is malformed.`);
    const { dtype, shape, data_offsets } = parsed.data;
    const [begin, end] = data_offsets;
    const bytes = shape.reduce((product, size) => product * size, 1) * BYTES[dtype];
    if (end - begin !== bytes || end > data.byteLength)
      throw corrupt(`"${name}" claims bytes ${begin} to ${end} for shape [${shape.join(', ')}].`);
    entries.set(name, parsed.data);
  }
  // Checked before anything is copied: arrays that share bytes could ask for far more memory than the file holds.
  let covered = 0;
  for (const [name, { data_offsets }] of [...entries].sort(byOffsets)) {
    if (data_offsets[0] !== covered)
      throw corrupt(`"${name}" begins at byte ${data_offsets[0]}, and the array before it ends at ${covered}.`);
    covered = data_offsets[1];
  }
  if (covered !== data.byteLength) throw corrupt(`its arrays take ${covered} of ${data.byteLength} data bytes.`);
  const arrays = new Map<string, NamedArray>();
  for (const [name, { dtype, shape, data_offsets }] of entries) {
    // A copy of its own: what Node calls a Buffer would give a view of all of the file by `slice`.
    arrays.set(name, { shape, data: typed(dtype, new Uint8Array(data.subarray(...data_offsets))) });
  }
  const metadata = strings.safeParse(json['__metadata__'] ?? {});
  if (!metadata.success) throw corrupt('its metadata are not strings.');
  return { arrays, metadata: metadata.data };
}

function byOffsets([, a]: [string, Entry], [, b]: [string, Entry]): number {
  return a.data_offsets[0] - b.data_offsets[0] || a.data_offsets[1] - b.data_offsets[1];
}

function typed(dtype: Dtype, bytes: Uint8Array<ArrayBuffer>): NamedArray['data'] {
  const { buffer } = bytes;
  switch (dtype) {
    case 'U8':
      return bytes;
    case 'F32':
      return new Float32Array(buffer);
    case 'I32':
      return new Int32Array(buffer);
    case 'F64':
      return Float32Array.from(new Float64Array(buffer));
    case 'I64':
      return Int32Array.from(new BigInt64Array(buffer), (value) =>
        Math.max(-(2 ** 31), Math.min(2 ** 31 - 1, Number(value))),
      );
    case 'BF16':
      // The upper half of a float32.
      return new Float32Array(Uint32Array.from(new Uint16Array(buffer), (half) => half << 16).buffer);
    case 'F16':
      return Float32Array.from(new Uint16Array(buffer), fromHalf);
  }
}

/** An IEEE 754 half-precision number: 1 bit of sign, 5 of exponent, 10 of fraction. */
function fromHalf(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1024 + fraction) * 2 ** (exponent - 25);
}
