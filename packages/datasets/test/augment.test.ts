import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import { cpu } from '@graft-ml/backend-cpu';
import { wasm } from '@graft-ml/backend-wasm';
import { CAFFE_SCALE, IMAGENET_SCALE, createRng, scalePictures, type PixelScale, useBackend } from '@graft-ml/core';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { applyAugmentation, augmentedViews, drawAugmentation, mixed } from '../src/augment/index.js';
import type { Augmentation, DrawnAugmentation } from '../src/augment/index.js';
import { betaShare } from '../src/augment/beta-share.js';
import { arrayDataset, disposeBatch, type Dataset } from '../src/index.js';

interface Fixture {
  readonly height: number;
  readonly width: number;
  readonly image: readonly number[];
  readonly geometry: readonly {
    readonly place: DrawnAugmentation['place'];
    readonly beyond: NonNullable<Augmentation['beyond']>;
    readonly pixels: readonly number[];
  }[];
  readonly colours: readonly (Pick<DrawnAugmentation, 'brightness' | 'contrast' | 'saturation'> & {
    readonly pixels: readonly number[];
  })[];
}

const fixture: Fixture = JSON.parse(readFileSync(new URL('fixtures/augment.json', import.meta.url), 'utf8'));
const still = drawAugmentation({}, createRng(0), fixture);

async function applied(
  drawn: Partial<DrawnAugmentation>,
  beyond: Augmentation['beyond'] = 'reflect',
  [low, high]: readonly [number, number] = [0, 1],
): Promise<number[]> {
  const { height, width, image } = fixture;
  const pixels = tf.tensor(
    image.map((value) => low + (high - low) * value),
    [1, height, width, 3],
  );
  const result = await applyAugmentation(pixels, [{ ...still, ...drawn }], [low, high], beyond);
  const values = [...(await result.data())].map((value) => (value - low) / (high - low));
  pixels.dispose();
  result.dispose();
  return values;
}

function expectClose(found: readonly number[], expected: readonly number[], tolerance: number): void {
  expect(found).toHaveLength(expected.length);
  expect(Math.max(...found.map((value, at) => Math.abs(value - (expected[at] ?? 0))))).toBeLessThan(tolerance);
}

describe.each([
  ['cpu', () => useBackend(cpu())],
  ['wasm', () => useBackend(wasm())],
] as const)('augmentation on %s', (_, start) => {
  beforeAll(start);

  it.each(fixture.geometry)(
    'moves pixels as PyTorch’s grid_sample does: $place $beyond',
    async ({ place, beyond, pixels }) => {
      expectClose(await applied({ place }, beyond), pixels, 2e-5);
      expectClose(await applied({ place }, beyond, [-1, 1]), pixels, 2e-5);
    },
  );

  it.each(fixture.colours)(
    'changes colours as torchvision does: $brightness $contrast $saturation',
    async ({ pixels, ...colours }) => {
      expectClose(await applied(colours), pixels, 2e-6);
      expectClose(await applied(colours, 'reflect', [-1, 1]), pixels, 2e-6);
    },
  );

  it('shifts by whole pixels, up to the most asked for, either way', async () => {
    const { height, width, image } = fixture;
    const draws = Array.from({ length: 60 }, (_, seed) => drawAugmentation({ shift: 2 }, createRng(seed), fixture));
    const moves = draws.flatMap(({ place }) => [place[2], place[5]]);
    expect([...new Set(moves)].sort((a, b) => a - b)).toEqual([-2, -1, 0, 1, 2]);
    const right = await applied({ place: [1, 0, 2, 0, 1, -1] }, 'black');
    const expected = image.map((_, at) => {
      const [x, y] = [(Math.floor(at / 3) % width) + 2, Math.floor(at / 3 / width) - 1];
      return x < width && y >= 0 && y < height ? (image[(y * width + x) * 3 + (at % 3)] ?? 0) : 0;
    });
    expectClose(right, expected, 1e-6);
    expect(() => augmentedViews(toy(), { shift: 1.5 }, { views: 2, seed: 0 })).toThrow(/whole number/);
  });

  it('paints over exactly the rectangle', async () => {
    const { width, image } = fixture;
    const found = await applied({ erased: { top: 2, left: 3, height: 3, width: 4 } });
    const expected = image.map((value, at) => {
      const [y, x] = [Math.floor(at / 3 / width), Math.floor(at / 3) % width];
      return y >= 2 && y < 5 && x >= 3 && x < 7 ? 0.5 : value;
    });
    expectClose(found, expected, 1e-6);
  });
});

const everything: Augmentation = {
  flip: 0.5,
  crop: [0.5, 1],
  rotate: 20,
  scale: [0.9, 1.2],
  brightness: 0.3,
  contrast: 0.3,
  saturation: 0.3,
  erase: 0.5,
};

describe('drawAugmentation', () => {
  it('leaves alone what is left out, and stays within the picture when it only cuts out', () => {
    const crops = fc.tuple(fc.double({ min: 0.05, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }));
    fc.assert(
      fc.property(crops, fc.integer(), ([least, part], seed) => {
        const size = { height: 40, width: 60 };
        const crop = [least, least + part * (1 - least)] as const;
        const { place, brightness, erased } = drawAugmentation({ crop }, createRng(seed), size);
        const [a, b, c, d, e, f] = place;
        expect([b, d, brightness, erased.height].map(Math.abs)).toEqual([0, 0, 1, 0]);
        expect(Math.abs(c) + (a * size.width) / 2).toBeLessThanOrEqual(size.width / 2 + 1e-9);
        expect(Math.abs(f) + (e * size.height) / 2).toBeLessThanOrEqual(size.height / 2 + 1e-9);
        expect(a * e).toBeLessThanOrEqual(crop[1] + 1e-9);
      }),
    );
  });

  it('flips half of the time, and by other draws nothing else', () => {
    const draw = (augmentation: Augmentation, seed: number): DrawnAugmentation =>
      drawAugmentation(augmentation, createRng(seed), fixture);
    const seeds = Array.from({ length: 400 }, (_, seed) => seed);
    const flipped = seeds.filter((seed) => draw({ flip: 0.5 }, seed).place[0] === -1).length;
    expect(Math.abs(flipped - 200)).toBeLessThan(60);
    for (const seed of seeds.slice(0, 20)) {
      const without = draw({ ...everything, flip: 0 }, seed);
      const { place, ...rest } = draw(everything, seed);
      expect(rest).toEqual({ ...without, place: undefined, ...rest });
      expect(Math.abs(place[0])).toBe(Math.abs(without.place[0]));
      expect(place[2]).toBe(without.place[2]);
    }
  });

  it.each([{ flip: 2 }, { crop: [0, 1] }, { crop: [0.9, 0.5] }, { rotate: -1 }, { brightness: Number.NaN }] as const)(
    'refuses %o',
    (augmentation) => {
      expect(() => augmentedViews(toy(), augmentation, { views: 2, seed: 0 })).toThrow(/augmentation's/);
    },
  );
});

function toy(scale: Partial<PixelScale> = {}): Dataset {
  const rng = createRng(3);
  return arrayDataset({
    name: 'toy',
    inputs: [{ data: Uint8Array.from({ length: 6 * 8 * 8 * 3 }, () => rng.int(256)), shape: [8, 8, 3], ...scale }],
    targets: Int32Array.of(0, 1, 2, 0, 1, 2),
    target: { kind: 'classes', labels: ['a', 'b', 'c'] },
  });
}

async function numbers(data: Dataset, indices: readonly number[]): Promise<{ x: number[]; y: number[] }> {
  const batch = await data.batch(indices);
  const x = [...((await batch.inputs[0]?.data()) ?? [])];
  const y = [...(await batch.targets.data())];
  disposeBatch(batch);
  return { x, y };
}

describe('augmentedViews', () => {
  beforeAll(() => useBackend(cpu()));

  it('gives each view the same, whatever it is gathered with, and view 0 unchanged', async () => {
    const data = toy();
    const views = augmentedViews(data, everything, { views: 3, seed: 7 });
    expect([views.size, [...(views.classes ?? [])].slice(6, 9)]).toEqual([18, [0, 1, 2]]);
    const before = tf.memory().numTensors;
    const together = await numbers(views, [13, 2, 7]);
    for (const [at, index] of [13, 2, 7].entries()) {
      const alone = await numbers(views, [index]);
      expect(together.x.slice(at * 192, (at + 1) * 192)).toEqual(alone.x);
      expect(together.y[at]).toBe(alone.y[0]);
    }
    expect((await numbers(views, [2])).x).toEqual((await numbers(data, [2])).x);
    expect((await numbers(views, [8])).x).not.toEqual((await numbers(data, [2])).x);
    expect(tf.memory().numTensors).toBe(before);
    const other = augmentedViews(data, everything, { views: 3, seed: 8 });
    expect((await numbers(other, [8])).x).not.toEqual((await numbers(views, [8])).x);
    expect(await other.fingerprint()).not.toBe(await views.fingerprint());
    expect(Math.min(...together.x)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...together.x)).toBeLessThanOrEqual(1);
  });

  it.each([IMAGENET_SCALE, CAFFE_SCALE])('changes pictures alike, however they are scaled (%#)', async (scale) => {
    const plain = await numbers(augmentedViews(toy(), everything, { views: 2, seed: 7 }), [1, 8]);
    const scaled = await numbers(augmentedViews(toy(scale), everything, { views: 2, seed: 7, ...scale }), [1, 8]);
    const wanted = scalePictures(tf.tensor(plain.x, [2, 8, 8, 3]), scale);
    const worst = tf.max(tf.abs(tf.sub(wanted, tf.tensor(scaled.x, [2, 8, 8, 3]))));
    const span = (scale.range[1] - scale.range[0]) / Math.min(...(scale.std ?? [1]));
    expect(((await worst.data())[0] ?? 1) / span).toBeLessThan(1e-5);
  });
});

describe('mixed', () => {
  beforeAll(() => useBackend(cpu()));

  it.each(['mixup', 'cutmix'] as const)('%s shares inputs and targets alike, and repeats itself', async (kind) => {
    const data = toy();
    const blend = mixed(data, { kind, alpha: 1, views: 2, seed: 4 });
    const before = tf.memory().numTensors;
    const all = await numbers(blend, [0, 1, 2, 3, 4, 5, 6, 11]);
    expect(await numbers(blend, [11])).toEqual({ x: all.x.slice(7 * 192), y: all.y.slice(21) });
    expect(tf.memory().numTensors).toBe(before);
    const pixels = (await numbers(data, [0, 1, 2, 3, 4, 5])).x;
    for (let at = 0; at < 6; at++) {
      const [x, y] = [all.x.slice(at * 192, (at + 1) * 192), all.y.slice(at * 3, (at + 1) * 3)];
      expect(y.reduce((sum, each) => sum + each, 0)).toBeCloseTo(1, 6);
      // Solve for which other picture explains the mixture, and compare its share with the targets'.
      const own = pixels.slice(at * 192, (at + 1) * 192);
      const found = Array.from({ length: 6 }, (_, other) => other).some((other) => {
        const its = pixels.slice(other * 192, (other + 1) * 192);
        const shares = x.map((value, i) => (value - (its[i] ?? 0)) / ((own[i] ?? 0) - (its[i] ?? 0) || Number.NaN));
        const known = shares.filter((share) => Number.isFinite(share));
        const share = known.reduce((sum, each) => sum + each, 0) / known.length;
        const oneHot = (id: number): number[] => [0, 1, 2].map((each) => (each === id % 3 ? 1 : 0));
        const expected = oneHot(at).map((each, i) => share * each + (1 - share) * (oneHot(other)[i] ?? 0));
        const explains =
          kind === 'mixup'
            ? known.every((each) => Math.abs(each - share) < 1e-2)
            : known.every((each) => Math.abs(each) < 1e-3 || Math.abs(each - 1) < 1e-3);
        return other === at
          ? x.every((value, i) => Math.abs(value - (own[i] ?? 0)) < 1e-6)
          : explains && expected.every((each, i) => Math.abs(each - (y[i] ?? 0)) < 0.03);
      });
      expect(found).toBe(true);
    }
  });

  it('draws shares with the mean and variance of Beta(α, α)', () => {
    for (const alpha of [0.2, 1, 4]) {
      const shares = Array.from({ length: 4000 }, (_, seed) => betaShare(createRng(seed).fork('beta'), alpha));
      const mean = shares.reduce((sum, each) => sum + each, 0) / shares.length;
      const variance = shares.reduce((sum, each) => sum + (each - mean) ** 2, 0) / shares.length;
      expect(mean).toBeCloseTo(0.5, 1);
      expect(variance / (1 / (4 * (2 * alpha + 1)))).toBeCloseTo(1, 0);
    }
  });

  it('refuses what cannot be mixed', () => {
    expect(() => mixed(toy(), { kind: 'mixup', alpha: 0, seed: 0 })).toThrow(/alpha 0/);
    const values = arrayDataset({
      name: 'values',
      inputs: [{ data: new Float32Array(2), shape: [1] }],
      targets: new Float32Array(2),
      target: { kind: 'values', names: ['y'] },
    });
    expect(() => mixed(values, { kind: 'mixup', seed: 0 })).toThrow(/"values"/);
  });
});
