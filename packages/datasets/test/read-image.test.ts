import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import sharp from 'sharp';
import { cpu } from '@graft-ml/backend-cpu';
import { useBackend } from '@graft-ml/core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { readImage, type ReadImageOptions } from '../src/node/index.js';

let folder: string;

beforeAll(async () => {
  await useBackend(cpu());
  folder = await mkdtemp(join(tmpdir(), 'graft-image-'));
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function save(
  name: string,
  pixels: readonly number[],
  width: number,
  height: number,
  channels: 1 | 3 | 4,
): Promise<string> {
  const path = join(folder, name);
  await sharp(Uint8Array.from(pixels), { raw: { width, height, channels } }).png().toFile(path);
  return path;
}

async function values(path: string, options: ReadImageOptions): Promise<{ shape: number[]; values: number[] }> {
  const tensor = await readImage(path, options);
  const result = { shape: tensor.shape, values: [...(await tensor.data())] };
  tensor.dispose();
  return result;
}

describe('readImage', () => {
  it('reads greyscale pixels exactly, mapped to the range', async () => {
    const path = await save('grey.png', [0, 255, 51, 204], 2, 2, 1);
    const unit = await values(path, { height: 2, width: 2, channels: 1 });
    expect(unit.shape).toEqual([1, 2, 2, 1]);
    for (const [at, want] of [0, 1, 0.2, 0.8].entries()) expect(unit.values[at]).toBeCloseTo(want, 6);
    const symmetric = await values(path, { height: 2, width: 2, channels: 1, range: [-1, 1] });
    for (const [at, want] of [-1, 1, -0.6, 0.6].entries()) expect(symmetric.values[at]).toBeCloseTo(want, 6);
  });

  it('makes RGB of grey and grey of RGB', async () => {
    const grey = await save('to-rgb.png', [255, 0], 2, 1, 1);
    expect((await values(grey, { height: 1, width: 2, channels: 3 })).values).toEqual([1, 1, 1, 0, 0, 0]);
    const rgb = await save('to-grey.png', [255, 255, 255, 0, 0, 0], 2, 1, 3);
    expect((await values(rgb, { height: 1, width: 2, channels: 1 })).values).toEqual([1, 0]);
    const red = await save('red.png', [255, 0, 0], 1, 1, 3);
    expect((await values(red, { height: 1, width: 1, channels: 3 })).values).toEqual([1, 0, 0]);
  });

  it('reads 16-bit grey and transparency', async () => {
    const deep = join(folder, 'deep.png');
    await sharp(Uint8Array.of(0, 255), { raw: { width: 2, height: 1, channels: 1 } })
      .toColourspace('grey16')
      .png()
      .toFile(deep);
    expect((await values(deep, { height: 1, width: 2, channels: 1 })).values).toEqual([0, 1]);
    const clear = await save('clear.png', [255, 255, 255, 0, 255, 255, 255, 255], 2, 1, 4);
    expect((await values(clear, { height: 1, width: 2, channels: 1 })).values).toEqual([0, 1]);
  });

  it('resizes, cutting, padding or stretching', async () => {
    // Left third black, middle white, right third black.
    const row = Array.from({ length: 12 }, (_, x) => (x >= 4 && x < 8 ? 255 : 0));
    const path = await save('wide.png', [...row, ...row, ...row, ...row], 12, 4, 1);
    const mean = async (fit: 'cover' | 'contain' | 'fill'): Promise<number> => {
      const result = await values(path, { height: 4, width: 4, channels: 1, fit });
      expect(result.values).toHaveLength(16);
      return result.values.reduce((sum, value) => sum + value, 0) / 16;
    };
    expect(await mean('cover')).toBeGreaterThan(0.9);
    expect(await mean('contain')).toBeLessThan(0.3);
    expect(await mean('fill')).toBeCloseTo(1 / 3, 1);
  });

  it('turns pictures upright', async () => {
    const path = join(folder, 'turned.jpg');
    const two = Uint8Array.from({ length: 16 * 8 }, (_, at) => (at % 16 < 8 ? 255 : 0));
    // Orientation 3: the camera was held upside down.
    await sharp(two, { raw: { width: 16, height: 8, channels: 1 } })
      .withMetadata({ orientation: 3 })
      .jpeg({ quality: 100 })
      .toFile(path);
    const { values: upright } = await values(path, { height: 1, width: 2, channels: 1, fit: 'fill' });
    expect(upright[0]).toBeLessThan(0.2);
    expect(upright[1]).toBeGreaterThan(0.8);
  });

  it('names a file that is missing, a folder, no picture, or cut off', async () => {
    const size = { height: 2, width: 2, channels: 1 } as const;
    const before = tf.memory().numTensors;
    await expect(readImage(join(folder, 'none.png'), size)).rejects.toMatchObject({ code: 'not-found' });
    await expect(readImage(folder, size)).rejects.toThrow(/There is no picture file/);
    const text = join(folder, 'text.png');
    await writeFile(text, 'not a picture');
    await expect(readImage(text, size)).rejects.toThrow(/text\.png cannot be read as a picture/);
    await expect(readImage(text, size)).rejects.toMatchObject({ code: 'corrupt' });
    const noise = Uint8Array.from({ length: 64 * 64 }, (_, at) => (at * at * 31) % 256);
    const whole = await sharp(noise, { raw: { width: 64, height: 64, channels: 1 } })
      .png()
      .toBuffer();
    const cut = join(folder, 'cut.png');
    await writeFile(cut, whole.subarray(0, whole.length / 2));
    await expect(readImage(cut, size)).rejects.toThrow(/cut\.png cannot be read/);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('says how to get sharp when it is not installed', async () => {
    const path = await save('any.png', [1], 1, 1, 1);
    vi.doMock('sharp', () => {
      throw new Error('Cannot find package');
    });
    try {
      const failed = readImage(path, { height: 1, width: 1, channels: 1 });
      await expect(failed).rejects.toMatchObject({ code: 'unavailable' });
      await expect(failed).rejects.toThrow(/npm install sharp/);
    } finally {
      vi.doUnmock('sharp');
    }
  });
});
