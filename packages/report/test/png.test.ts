import { crc32, inflateSync } from 'node:zlib';
import { createRng } from '@graft-ml/core';
import { describe, expect, it } from 'vitest';
import { pictureUri } from '../src/pictures/data-uri.js';
import { encodePng } from '../src/pictures/png.js';

/** Reads a PNG with zlib of Node, which checks the adler32, and checks every chunk's crc32. */
function decode(file: Uint8Array): { width: number; height: number; colour: number; rows: Buffer } {
  const bytes = Buffer.from(file);
  expect(bytes.subarray(0, 8).toString('latin1')).toBe('\x89PNG\r\n\x1a\n');
  const chunks = new Map<string, Buffer>();
  let at = 8;
  while (at < bytes.length) {
    const length = bytes.readUInt32BE(at);
    const type = bytes.toString('latin1', at + 4, at + 8);
    expect(bytes.readUInt32BE(at + 8 + length)).toBe(crc32(bytes.subarray(at + 4, at + 8 + length)));
    chunks.set(type, bytes.subarray(at + 8, at + 8 + length));
    at += 12 + length;
  }
  expect([...chunks.keys()]).toEqual(['IHDR', 'IDAT', 'IEND']);
  const header = chunks.get('IHDR') ?? Buffer.alloc(13);
  const rows = inflateSync(chunks.get('IDAT') ?? Buffer.alloc(0));
  return { width: header.readUInt32BE(0), height: header.readUInt32BE(4), colour: header.readUInt8(9), rows };
}

describe('encodePng', () => {
  it.each([
    [28, 28, 1],
    [5, 3, 3],
    [300, 250, 3], // more than one stored block
    [1, 1, 1],
  ] as const)('writes %i×%i pixels with %i channels that zlib reads back', (width, height, channels) => {
    const rng = createRng(1);
    const pixels = Uint8Array.from({ length: width * height * channels }, () => rng.int(256));
    const png = decode(encodePng(pixels, width, height, channels));
    expect(png).toMatchObject({ width, height, colour: channels === 1 ? 0 : 2 });
    const stride = width * channels;
    expect(png.rows.length).toBe(height * (stride + 1));
    for (let y = 0; y < height; y++) {
      expect(png.rows[y * (stride + 1)]).toBe(0);
      const row = png.rows.subarray(y * (stride + 1) + 1, (y + 1) * (stride + 1));
      expect(row.equals(pixels.subarray(y * stride, (y + 1) * stride))).toBe(true);
    }
  });
});

describe('pictureUri', () => {
  const base64 = Buffer.from([0, 100, 200, 255]).toString('base64');

  it('turns raw pixels into a PNG', () => {
    const uri = pictureUri({ width: 2, height: 2, channels: 1, base64 }) ?? '';
    expect(uri.startsWith('data:image/png;base64,')).toBe(true);
    const { rows } = decode(Buffer.from(uri.slice(uri.indexOf(',') + 1), 'base64'));
    expect([...rows]).toEqual([0, 0, 100, 0, 200, 255]);
  });

  it.each([
    ['too few bytes', { width: 3, height: 2, channels: 1, base64 }],
    ['no base64', { width: 2, height: 2, channels: 1, base64: '"><script>' }],
    ['a size that is no number', { width: Number.NaN, height: 2, channels: 1, base64 }],
    ['a huge size', { width: 1e6, height: 1e6, channels: 1, base64 }],
    ['no area', { width: 0, height: 0, channels: 3, base64: '' }],
  ] as const)('leaves %s out', (_, image) => {
    expect(pictureUri(image)).toBeUndefined();
  });
});
