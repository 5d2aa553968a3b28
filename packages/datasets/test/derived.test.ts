import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { cpu } from '@graft-ml/backend-cpu';
import { createRng, useBackend } from '@graft-ml/core';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  arrayDataset,
  concatDatasets,
  disposeBatch,
  mapDataset,
  splitDataset,
  stratifiedSubset,
  subset,
} from '../src/index.js';
import type { Dataset } from '../src/index.js';
import { firsts, toy, upTo } from './toy.js';

beforeAll(async () => {
  await useBackend(cpu());
});

function withClasses(ids: readonly number[]): Dataset {
  return arrayDataset({
    name: 'drawn',
    inputs: [{ data: Float32Array.from(ids, (_, at) => at), shape: [1] }],
    targets: Int32Array.from(ids),
    target: { kind: 'classes', labels: ['0', '1', '2', '3', '4'] },
  });
}

function counts(dataset: Dataset): number[] {
  const found = [0, 0, 0, 0, 0];
  for (const id of dataset.classes ?? []) found[id] = (found[id] ?? 0) + 1;
  return found;
}

const someClasses = fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 2, maxLength: 60 });

describe('subset', () => {
  it('gathers the parent’s examples under its own numbers, also nested', async () => {
    const outer = subset(toy(10), [9, 3, 3, 5]);
    const inner = subset(outer, [3, 0]);
    expect(await firsts(outer, [0, 1, 2, 3])).toEqual([9, 3, 3, 5]);
    expect(await firsts(inner, [1, 0])).toEqual([9, 5]);
    expect([...(inner.classes ?? [])]).toEqual([2, 0]);
    const batch = await inner.batch([1]);
    expect([...batch.indices]).toEqual([1]);
    disposeBatch(batch);
  });

  it('refuses indices that the parent has not', () => {
    expect(() => subset(toy(3), [0, 3])).toThrow(/Example 3 of "toy"/);
  });

  it('has a fingerprint of parent and choice', async () => {
    const marks = await Promise.all([
      subset(toy(5), [0, 1]).fingerprint(),
      subset(toy(5), [1, 0]).fingerprint(),
      subset(toy(6), [0, 1]).fingerprint(),
    ]);
    expect(new Set(marks).size).toBe(3);
    expect(await subset(toy(5), [0, 1], 'another name').fingerprint()).toBe(marks[0]);
  });
});

describe('stratifiedSubset', () => {
  it('is as balanced as the data allow, without repeats, and nested', () => {
    fc.assert(
      fc.property(
        someClasses,
        fc.integer({ min: 0, max: 2 ** 31 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (ids, seed, part) => {
          const all = withClasses(ids);
          const size = Math.max(1, Math.floor(part * ids.length));
          const drawn = stratifiedSubset(all, size, createRng(seed));
          const have = counts(all);
          const got = counts(drawn);
          // A class may only have fewer than another one (by more than one) when it has no more examples.
          const most = Math.max(...got);
          return got.every((count, id) => count <= (have[id] ?? 0) && (count >= most - 1 || count === have[id]));
        },
      ),
    );
  });

  it('of fewer labels is the beginning of one of more', async () => {
    const all = withClasses(upTo(50).map((at) => (at * 7) % 5));
    const small = await firsts(stratifiedSubset(all, 13, createRng(4)), upTo(13));
    const big = await firsts(stratifiedSubset(all, 40, createRng(4)), upTo(40));
    expect(big.slice(0, 13)).toEqual(small);
    expect(new Set(big).size).toBe(40);
    expect(await firsts(stratifiedSubset(all, 13, createRng(5)), upTo(13))).not.toEqual(small);
  });

  it('refuses more labels than there are, no labels, and targets without classes', () => {
    expect(() => stratifiedSubset(toy(3), 4, createRng(0))).toThrow(/4 labelled examples.*It has 3/);
    expect(() => stratifiedSubset(toy(3), 0, createRng(0))).toThrow(/at least 1/);
    const values = arrayDataset({
      name: 'values',
      inputs: [{ data: new Uint8Array(1), shape: [1] }],
      targets: Float32Array.of(1),
      target: { kind: 'values', names: ['v'] },
    });
    expect(() => stratifiedSubset(values, 1, createRng(0))).toThrow(/Stratifying needs classes/);
  });
});

describe('splitDataset', () => {
  it('puts every example into one part, and each class in its share', async () => {
    await fc.assert(
      fc.asyncProperty(someClasses, fc.integer({ min: 0, max: 99 }), fc.boolean(), async (ids, seed, stratify) => {
        const all = withClasses(ids);
        const [first, rest] = splitDataset(all, 0.5, createRng(seed), { stratify });
        const seen = [...(await firsts(first, upTo(first.size))), ...(await firsts(rest, upTo(rest.size)))];
        expect(seen.toSorted((a, b) => a - b)).toEqual(upTo(ids.length));
        if (stratify) {
          for (const [id, count] of counts(first).entries()) {
            // Every beginning of the proportional order holds each class to within one example of its share.
            expect(Math.abs(count - (counts(all)[id] ?? 0) * (first.size / ids.length))).toBeLessThanOrEqual(1.5);
          }
        }
      }),
      { numRuns: 40 },
    );
  });

  it.each([[0], [1], [-1], [0.01], [0.99], [Number.NaN]])('refuses the fraction %s of 10 examples', (fraction) => {
    expect(() => splitDataset(toy(10), fraction, createRng(0))).toThrow(/10 examples.*cannot be split/);
  });
});

describe('mapDataset', () => {
  const doubled = (dataset: Dataset): Dataset =>
    mapDataset(dataset, (batch) => ({ ...batch, inputs: batch.inputs.map((x) => tf.mul(x, 2)) }), {
      name: 'doubled',
      fingerprint: 'times 2',
    });

  it('maps, and disposes what the function does not hand on', async () => {
    const dataset = doubled(toy(5));
    const before = tf.memory().numTensors;
    expect(await firsts(dataset, [4, 1])).toEqual([8, 2]);
    expect(tf.memory().numTensors).toBe(before);
    expect(await dataset.fingerprint()).not.toBe(await toy(5).fingerprint());
  });

  it('refuses shapes that were not declared, and leaks nothing when the function throws', async () => {
    const before = tf.memory().numTensors;
    const flat = mapDataset(toy(5), (batch) => ({ ...batch, inputs: batch.inputs.map((x) => tf.sum(x, 1)) }), {
      name: 'flat',
      fingerprint: 'sum',
    });
    await expect(flat.batch([0, 1])).rejects.toThrow(
      /"flat" gave inputs of shapes \[\[2\]\].*\[\[2,2\]\] were expected/,
    );
    const failing = mapDataset(
      toy(5),
      () => {
        throw new RangeError('no');
      },
      { name: 'failing', fingerprint: 'fail' },
    );
    await expect(failing.batch([0])).rejects.toThrow('no');
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe('concatDatasets', () => {
  it('gathers across parts in the order asked for', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 12 }), async (indices) => {
        const shifted = mapDataset(toy(6), (batch) => ({ ...batch, inputs: batch.inputs.map((x) => tf.add(x, 4)) }), {
          name: 'shifted',
          fingerprint: 'plus 4',
        });
        const before = tf.memory().numTensors;
        // toy(4) holds 0…3, shifted holds 4…9: example i of both together holds i.
        expect(await firsts(concatDatasets([toy(4), shifted]), indices)).toEqual(indices);
        expect(tf.memory().numTensors).toBe(before);
      }),
      { numRuns: 30 },
    );
  });

  it('joins classes and refuses parts that differ', () => {
    expect([...(concatDatasets([toy(2), toy(4)]).classes ?? [])]).toEqual([0, 1, 0, 1, 2, 0]);
    expect(() => concatDatasets([toy(2), toy(2, 4)])).toThrow(/must agree/);
    expect(() => concatDatasets([])).toThrow(/No datasets/);
  });
});
