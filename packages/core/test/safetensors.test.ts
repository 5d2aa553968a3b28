import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { createRng, decodeSafetensors, encodeSafetensors, GraftError, type NamedArray } from '../src/index.js';
import { bytesOf } from './helpers.js';

const array: fc.Arbitrary<NamedArray> = fc
  .tuple(fc.array(fc.nat(4), { maxLength: 3 }), fc.constantFrom('f32', 'i32', 'u8'), fc.nat())
  .map(([shape, kind, seed]) => {
    const rng = createRng(seed);
    const draw = { length: shape.reduce((product, size) => product * size, 1) };
    if (kind === 'f32') return { shape, data: Float32Array.from(draw, () => rng.normal()) };
    if (kind === 'i32') return { shape, data: Int32Array.from(draw, () => rng.int(2 ** 31) - 2 ** 30) };
    return { shape, data: Uint8Array.from(draw, () => rng.int(256)) };
  });
const name = fc.string({ minLength: 1 }).filter((each) => each !== '__metadata__' && each !== '__proto__');
const arrays = fc.array(fc.tuple(name, array), { maxLength: 5 }).map((entries) => new Map(entries));
const metadata = fc.dictionary(
  fc.string().filter((key) => key !== '__proto__'),
  fc.string(),
  { noNullPrototype: true },
);

/** A file with this header and this many data bytes. */
function fileWith(header: string, dataBytes: number, claimed?: bigint): Uint8Array {
  const text = bytesOf(header);
  const file = new Uint8Array(8 + text.byteLength + dataBytes);
  new DataView(file.buffer).setBigUint64(0, claimed ?? BigInt(text.byteLength), true);
  file.set(text, 8);
  return file;
}

describe('safetensors', () => {
  it('round trip: names, shapes, types, bytes and metadata', () => {
    fc.assert(
      fc.property(arrays, metadata, (given, notes) => {
        const back = decodeSafetensors(encodeSafetensors(given, notes), 'test');
        expect(new Map(back.arrays)).toEqual(given);
        expect(back.metadata).toEqual(notes);
      }),
    );
  });

  it('reads a file that lies at an odd place in a bigger buffer, and copies out of it', () => {
    const file = encodeSafetensors(new Map([['w', { shape: [2], data: Float32Array.of(1, 2) }]]));
    const buffer = new Uint8Array(file.byteLength + 3);
    buffer.set(file, 3);
    const { arrays: read } = decodeSafetensors(buffer.subarray(3), 'test');
    buffer.fill(0);
    expect(read.get('w')?.data).toEqual(Float32Array.of(1, 2));
  });

  it('reads a Buffer of Node, whose slice is no copy', () => {
    const file = Buffer.from(encodeSafetensors(new Map([['w', { shape: [2], data: Float32Array.of(1, 2) }]])));
    expect(decodeSafetensors(file, 'test').arrays.get('w')?.data).toEqual(Float32Array.of(1, 2));
  });

  it('writes a part of a bigger buffer alone', () => {
    const data = Float32Array.of(9, 1, 2, 9).subarray(1, 3);
    expect(
      decodeSafetensors(encodeSafetensors(new Map([['w', { shape: [2], data }]])), 'test').arrays.get('w')?.data,
    ).toEqual(Float32Array.of(1, 2));
  });

  it('puts data at a multiple of 8 and pads the header with spaces, as the format asks', () => {
    for (let length = 1; length < 10; length++) {
      const file = encodeSafetensors(new Map([['w'.repeat(length), { shape: [1], data: Float32Array.of(5) }]]));
      const header = Number(new DataView(file.buffer).getBigUint64(0, true));
      expect(header % 8).toBe(0);
      expect(new DataView(file.buffer).getFloat32(8 + header, true)).toBe(5);
      expect(new TextDecoder().decode(file.subarray(8, 8 + header))).toMatch(/\} *$/);
    }
  });

  it('refuses an array named __metadata__, and one whose data do not fit its shape', () => {
    const data = Float32Array.of(1, 2);
    expect(() => encodeSafetensors(new Map([['__metadata__', { shape: [2], data }]]))).toThrow(GraftError);
    expect(() => encodeSafetensors(new Map([['w', { shape: [3], data }]]))).toThrow(GraftError);
  });

  it.each<[string, Uint8Array]>([
    ['nothing', new Uint8Array(0)],
    ['seven bytes', new Uint8Array(7)],
    ['a header longer than the file', fileWith('{}', 0, 1000n)],
    ['a header of 2^63 bytes', fileWith('{}', 0, 2n ** 63n)],
    ['a header that is no JSON', fileWith('{"w":', 0)],
    ['a header that is an array', fileWith('[]', 0)],
    ['a header that is null', fileWith('null', 0)],
    ['an unknown type', fileWith('{"w":{"dtype":"F13","shape":[1],"data_offsets":[0,4]}}', 4)],
    ['a negative size', fileWith('{"w":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}', 4)],
    ['half a size', fileWith('{"w":{"dtype":"F32","shape":[0.5],"data_offsets":[0,2]}}', 4)],
    ['offsets the wrong way round', fileWith('{"w":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}', 4)],
    ['offsets past the end', fileWith('{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}', 4)],
    ['a shape that needs more than its offsets', fileWith('{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}', 4)],
    [
      'a shape of 2^53 and more',
      fileWith('{"w":{"dtype":"F32","shape":[9007199254740991,9007199254740991],"data_offsets":[0,4]}}', 4),
    ],
    ['nine dimensions', fileWith('{"w":{"dtype":"U8","shape":[1,1,1,1,1,1,1,1,1],"data_offsets":[0,1]}}', 1)],
    ['metadata that are numbers', fileWith('{"__metadata__":{"a":1}}', 0)],
    [
      'two arrays on the same bytes',
      fileWith(
        '{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}',
        4,
      ),
    ],
    ['bytes that belong to no array', fileWith('{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}', 8)],
  ])('says corrupt for %s, and names the file', (_, file) => {
    expect(() => decodeSafetensors(file, 'weights.safetensors')).toThrow(
      expect.objectContaining({ code: 'corrupt', message: expect.stringContaining('weights.safetensors') }),
    );
  });

  it('reads any mutated file or says corrupt: never another error', () => {
    const file = encodeSafetensors(
      new Map<string, NamedArray>([
        ['conv/kernel', { shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) }],
        ['labels', { shape: [2], data: Int32Array.of(7, 8) }],
      ]),
      { step: '12' },
    );
    let refused = 0;
    const rng = createRng(77);
    for (let round = 0; round < 4000; round++) {
      const mutated = Uint8Array.from(file).subarray(0, rng.int(4) === 0 ? rng.int(file.byteLength) : file.byteLength);
      for (let change = rng.int(3); change >= 0; change--)
        if (mutated.byteLength > 0) mutated[rng.int(mutated.byteLength)] = rng.int(256);
      try {
        decodeSafetensors(mutated, 'mutated');
      } catch (thrown) {
        refused++;
        if (!(thrown instanceof GraftError) || thrown.code !== 'corrupt') throw thrown;
      }
    }
    expect(refused).toBeGreaterThan(1000);
  });
});

describe('types of PyTorch', () => {
  /** A file of one array with this type and these bytes. */
  function typed(dtype: string, count: number, bytes: Uint8Array): Uint8Array {
    const file = fileWith(
      `{"a":{"dtype":"${dtype}","shape":[${count}],"data_offsets":[0,${bytes.length}]}}`,
      bytes.length,
    );
    file.set(bytes, file.length - bytes.length);
    return file;
  }

  it.each<[string, Uint8Array, number[]]>([
    ['F64', new Uint8Array(Float64Array.of(0.5, -3).buffer), [0.5, -3]],
    ['I64', new Uint8Array(BigInt64Array.of(7n, -(2n ** 40n)).buffer), [7, -(2 ** 31)]],
    // 1, −2, the smallest half, the largest half, −∞: from the table of IEEE 754.
    [
      'F16',
      new Uint8Array(Uint16Array.of(0x3c00, 0xc000, 0x0001, 0x7bff, 0xfc00).buffer),
      [1, -2, 2 ** -24, 65504, -Infinity],
    ],
    ['BF16', new Uint8Array(Uint16Array.of(0x3f80, 0xc040).buffer), [1, -3]],
  ])('%s', (dtype, bytes, values) => {
    const { arrays } = decodeSafetensors(typed(dtype, values.length, bytes), 'x');
    expect(Array.from(arrays.get('a')?.data ?? [])).toEqual(values);
  });
});
