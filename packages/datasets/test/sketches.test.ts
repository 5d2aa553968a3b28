import { cpu } from '@graft-ml/backend-cpu';
import { useBackend } from '@graft-ml/core';
import { beforeAll, describe, expect, it } from 'vitest';
import { dataEntry, type Dataset } from '../src/index.js';
import { sketches } from '../src/sketches/index.js';
import { upTo } from './toy.js';

beforeAll(async () => {
  await useBackend(cpu());
});

const few = { sourceTrain: 40, sourceTest: 20, targetTrain: 40, targetTest: 20 };

async function pixelsOf(dataset: Dataset, count = dataset.size): Promise<Float32Array> {
  const batch = await dataset.batch(upTo(count));
  const values = Float32Array.from((await batch.inputs[0]?.data()) ?? []);
  for (const each of [...batch.inputs, batch.targets]) each.dispose();
  return values;
}

describe('sketches', () => {
  it('have the labels that the registry lists', () => {
    const { source, target } = sketches(0, { sourceTrain: 10, sourceTest: 10, targetTrain: 10, targetTest: 10 });
    expect(source.train.target).toEqual({ kind: 'classes', labels: dataEntry('sketches-source').labels });
    expect(target.train.target).toEqual({ kind: 'classes', labels: dataEntry('sketches-target').labels });
  });

  it('have their sizes, shapes and balanced classes', () => {
    const { source, target } = sketches();
    expect([source.train.size, source.test.size, target.train.size, target.test.size]).toEqual([
      4000, 1000, 2000, 1000,
    ]);
    for (const dataset of [source.train, source.test, target.train, target.test]) {
      expect(dataset.inputShapes).toEqual([[28, 28, 1]]);
      const counts = new Map<number, number>();
      for (const id of dataset.classes ?? []) counts.set(id, (counts.get(id) ?? 0) + 1);
      expect([...counts.values()]).toEqual(Array.from({ length: 10 }, () => dataset.size / 10));
    }
  });

  it('are the same for the same seed, on every machine', async () => {
    const { source, target } = sketches(0, few);
    expect(await sketches(0, few).source.train.fingerprint()).toBe(await source.train.fingerprint());
    expect(await sketches(1, few).source.train.fingerprint()).not.toBe(await source.train.fingerprint());
    // Known values: a change here changes every result on the embedded tasks.
    expect([await source.train.fingerprint(), await target.train.fingerprint()]).toMatchInlineSnapshot(`
      [
        "911aab873d030546b44e99181070caf84ff460272014ac4d4b98a02c4f607f20",
        "6964ed9582ce4bd724c2cdf999562d4fb15163993e9cd911b688ca2103f3232b",
      ]
    `);
  });

  it('are the beginning of bigger sets', async () => {
    const small = await pixelsOf(sketches(3, few).target.test);
    const big = await pixelsOf(sketches(3, { ...few, targetTest: 50 }).target.test, 20);
    expect(big).toEqual(small);
  });

  it('differ from each other, also between training and test', async () => {
    const { source, target } = sketches(0, few);
    const seen = new Set<string>();
    for (const dataset of [source.train, source.test, target.train, target.test]) {
      const pixels = await pixelsOf(dataset);
      for (let at = 0; at < dataset.size; at++) seen.add(pixels.subarray(at * 784, (at + 1) * 784).join());
    }
    expect(seen.size).toBe(120);
  });

  it('use the whole range, with more dark than light', async () => {
    const pixels = await pixelsOf(sketches(0, few).target.train);
    const mean = pixels.reduce((sum, value) => sum + value, 0) / pixels.length;
    expect(Math.min(...pixels)).toBe(0);
    expect(Math.max(...pixels)).toBe(1);
    expect(mean).toBeGreaterThan(0.08);
    expect(mean).toBeLessThan(0.4);
  });
});
