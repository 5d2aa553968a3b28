import { describe, expect, it } from 'vitest';
import { decodeBlob, type PictureSpec } from '../src/images/index.js';
import fixtures from './fixtures/sharp-pixels.json' with { type: 'json' };

const bytes = (base64: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(base64), (character) => character.codePointAt(0) ?? 0);

describe('decodeBlob', () => {
  it.each(fixtures)('gives the pixels that sharp gives: $name, $spec', async ({ name, spec, file, pixels }) => {
    const found = await decodeBlob(new Blob([bytes(file)]), specOf(spec), name);
    const expected = bytes(pixels);
    expect(found).toHaveLength(expected.length);
    const difference = found.reduce((sum, value, at) => sum + Math.abs(value - (expected[at] ?? 0)), 0);
    expect(difference / found.length).toBeLessThan(2);
  });

  it('refuses what is no picture', async () => {
    const spec = { height: 8, width: 8, channels: 3 } as const;
    await expect(decodeBlob(new Blob(['no picture']), spec, 'notes.jpg')).rejects.toMatchObject({
      code: 'corrupt',
      what: expect.stringContaining('notes.jpg cannot be read'),
    });
  });
});

function specOf({
  height,
  width,
  channels,
  fit,
}: {
  height: number;
  width: number;
  channels: number;
  fit: string;
}): PictureSpec {
  return { height, width, channels: channels === 1 ? 1 : 3, fit: fit === 'contain' ? 'contain' : 'cover' };
}
