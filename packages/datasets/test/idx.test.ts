import fc from 'fast-check';
import { gzipSync as fflateGzip } from 'fflate';
import { gzipSync } from 'node:zlib';
import { cpu } from '@graft-ml/backend-cpu';
import { GraftError, useBackend } from '@graft-ml/core';
import { beforeAll, describe, expect, it } from 'vitest';
import { gunzip, idxDataset, parseIdx } from '../src/idx/index.js';
import { crc32 } from '../src/idx/crc32.js';
import { firsts } from './toy.js';

beforeAll(async () => {
  await useBackend(cpu());
});

function idx(type: number, shape: readonly number[], body: readonly number[] | Uint8Array): Uint8Array {
  const bytes = new Uint8Array(4 + 4 * shape.length + body.length);
  bytes.set([0, 0, type, shape.length]);
  for (const [axis, size] of shape.entries()) new DataView(bytes.buffer).setUint32(4 + 4 * axis, size);
  bytes.set(body, 4 + 4 * shape.length);
  return bytes;
}

function codeOf(work: () => unknown): string {
  try {
    work();
    return 'nothing thrown';
  } catch (thrown) {
    return thrown instanceof GraftError ? thrown.code : `not a GraftError: ${String(thrown)}`;
  }
}

describe('crc32', () => {
  it('gives the check value of the polynomial, for any length', () => {
    expect(crc32(new TextEncoder().encode('123456789'))).toBe(0xcbf43926);
    expect(crc32(new Uint8Array(0))).toBe(0);
  });
});

describe('gunzip', () => {
  it('unpacks what zlib packs', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 5000 }), (bytes) => {
        expect(gunzip(gzipSync(bytes), 'file.gz')).toEqual(new Uint8Array(bytes));
        expect(gunzip(fflateGzip(bytes, { filename: 'name' }), 'file.gz')).toEqual(new Uint8Array(bytes));
      }),
    );
  });

  const packed = new Uint8Array(gzipSync(Uint8Array.from({ length: 3000 }, (_, at) => (at * at) % 251)));

  it('never gives other contents for a flipped bit, and notices every truncation, naming the file', () => {
    const whole = gunzip(packed, 'whole.gz');
    fc.assert(
      fc.property(fc.integer({ min: 10, max: packed.length - 1 }), fc.integer({ min: 0, max: 7 }), (at, bit) => {
        const broken = packed.slice();
        broken[at] = (broken[at] ?? 0) ^ (1 << bit);
        // Bits that pad the last deflate byte carry nothing: then the contents are what they were.
        const code = codeOf(() => expect(gunzip(broken, 'broken.gz')).toEqual(whole));
        expect(['corrupt', 'nothing thrown']).toContain(code);
      }),
      { numRuns: 300 },
    );
    const inside = packed.slice();
    inside[100] = (inside[100] ?? 0) ^ 16;
    expect(codeOf(() => gunzip(inside, 'broken.gz'))).toBe('corrupt');
    for (let length = 0; length < packed.length; length += 37) {
      expect(() => gunzip(packed.subarray(0, length), 'cut.gz')).toThrow(/cut\.gz/);
    }
  });

  it('refuses a size above the bound before it allocates anything', () => {
    const lying = packed.slice();
    new DataView(lying.buffer).setUint32(lying.length - 4, 0xffff_fff0, true);
    expect(() => gunzip(lying, 'lying.gz')).toThrow(/lying\.gz: its trailer claims 4294967280 unpacked bytes/);
    expect(() => gunzip(packed, 'big.gz', 2999)).toThrow(/claims 3000 unpacked bytes/);
    expect(gunzip(packed, 'fits.gz', 3000)).toHaveLength(3000);
  });

  it('says when a file is no gzip at all', () => {
    expect(() => gunzip(new TextEncoder().encode('<html>not found</html>'), 'page.gz')).toThrow(
      /page\.gz: it does not begin like/,
    );
  });
});

describe('parseIdx', () => {
  it('reads all number types', () => {
    expect(parseIdx(idx(0x08, [2, 2], [1, 2, 3, 255]), 'f')).toEqual({
      shape: [2, 2],
      data: Uint8Array.of(1, 2, 3, 255),
    });
    expect(parseIdx(idx(0x09, [2], [1, 255]), 'f').data).toEqual(Int32Array.of(1, -1));
    expect(parseIdx(idx(0x0b, [2], [1, 0, 255, 254]), 'f').data).toEqual(Int32Array.of(256, -2));
    expect(parseIdx(idx(0x0c, [1], [255, 255, 255, 253]), 'f').data).toEqual(Int32Array.of(-3));
    expect(parseIdx(idx(0x0d, [1], [0x3f, 0xc0, 0, 0]), 'f').data).toEqual(Float32Array.of(1.5));
    expect(parseIdx(idx(0x0e, [1], [0x3f, 0xf8, 0, 0, 0, 0, 0, 0]), 'f').data).toEqual(Float32Array.of(1.5));
  });

  it('reads a file that lies inside a bigger buffer', () => {
    const file = idx(0x08, [3], [7, 8, 9]);
    const outer = new Uint8Array(file.length + 20);
    outer.set(file, 13);
    expect(parseIdx(outer.subarray(13, 13 + file.length), 'f').data).toEqual(Uint8Array.of(7, 8, 9));
  });

  const bad: readonly [string, Uint8Array, RegExp][] = [
    ['nothing', new Uint8Array(0), /only 0 bytes/],
    ['a wrong magic', Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0, 0), /magic number is 89 50 4e 47/],
    ['an unknown type', idx(0x0a, [1], [0]), /magic number is 00 00 0a 01/],
    ['no dimensions', Uint8Array.of(0, 0, 8, 0), /magic number/],
    ['too many dimensions', Uint8Array.of(0, 0, 8, 200), /magic number/],
    ['half a header', Uint8Array.of(0, 0, 8, 3, 0, 0), /Its header takes 16/],
    ['too few bytes', idx(0x08, [3], [1, 2]), /holds 2 bytes.*needs 3/],
    ['too many bytes', idx(0x08, [1], [1, 2]), /holds 2 bytes.*needs 1/],
    ['a count that lies hugely', idx(0x0e, [0xffff_ffff, 0xffff_ffff, 0xffff_ffff], [1]), /holds 1 bytes/],
  ];
  it.each(bad)('refuses %s, naming the file', (_, bytes, message) => {
    expect(() => parseIdx(bytes, 'some-file')).toThrow(/^some-file/);
    expect(() => parseIdx(bytes, 'some-file')).toThrow(message);
    expect(codeOf(() => parseIdx(bytes, 'some-file'))).toBe('corrupt');
  });

  it('throws nothing but typed errors, whatever the bytes', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 40 }),
        fc.integer({ min: 8, max: 14 }),
        fc.integer({ min: 0, max: 9 }),
        (bytes, type, rank) => {
          const file = Uint8Array.from([0, 0, type, rank, ...bytes]);
          expect(['corrupt', 'nothing thrown']).toContain(codeOf(() => parseIdx(file, 'f')));
        },
      ),
    );
  });
});

describe('idxDataset', () => {
  const images = idx(0x08, [2, 1, 2], [0, 255, 255, 0]);
  const labels = idx(0x08, [2], [1, 0]);
  const names = { labelNames: ['a', 'b'], name: 'tiny', imagesFrom: 'the-images', labelsFrom: 'the-labels' };

  it('makes pictures of [H, W, 1], packed or not', async () => {
    for (const pack of [(bytes: Uint8Array) => bytes, (bytes: Uint8Array) => new Uint8Array(gzipSync(bytes))]) {
      const dataset = idxDataset({ ...names, images: pack(images), labels: pack(labels) });
      expect(dataset.inputShapes).toEqual([[1, 2, 1]]);
      expect(await firsts(dataset, [0, 1])).toEqual([0, 1]);
      expect([...(dataset.classes ?? [])]).toEqual([1, 0]);
    }
  });

  it('refuses files that do not belong together', () => {
    const make = (change: Partial<{ images: Uint8Array; labels: Uint8Array }>) => () =>
      idxDataset({ ...names, images, labels, ...change });
    expect(make({ labels: idx(0x08, [3], [1, 0, 1]) })).toThrow(/the-images holds 2 pictures and the-labels 3 labels/);
    expect(make({ labels: idx(0x08, [2], [1, 2]) })).toThrow(/the-labels: example 1 has label 2/);
    expect(make({ labels: images })).toThrow(/the-labels holds an array of shape \[2, 1, 2\]/);
    expect(make({ images: labels })).toThrow(/the-images holds an array of shape \[2\]/);
    expect(make({ images: idx(0x0c, [1, 1, 1], [0, 0, 0, 0]) })).toThrow(/the-images does not hold bytes/);
    expect(make({ images: new Uint8Array(gzipSync(images)).subarray(0, 25) })).toThrow(/the-images/);
  });
});
