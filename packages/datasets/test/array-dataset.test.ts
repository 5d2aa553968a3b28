import * as tf from '@tensorflow/tfjs-core';
import { cpu } from '@graft-ml/backend-cpu';
import { GraftError, useBackend } from '@graft-ml/core';
import { beforeAll, describe, expect, it } from 'vitest';
import { arrayDataset, checkFinite, disposeBatch, mapDataset } from '../src/index.js';
import { toy } from './toy.js';

beforeAll(async () => {
  await useBackend(cpu());
});

const classes = (...labels: string[]) => ({ kind: 'classes', labels }) as const;

describe('arrayDataset', () => {
  it('maps bytes to the range and keeps order, shapes and dtypes', async () => {
    const data = Uint8Array.of(0, 255, 51, 102);
    const dataset = arrayDataset({
      name: 'bytes',
      inputs: [
        { data, shape: [1, 2, 1], range: [-1, 1] },
        { data: Int32Array.of(7, 8), shape: [1] },
      ],
      targets: Int32Array.of(1, 0),
      target: classes('a', 'b'),
    });
    const batch = await dataset.batch([1, 0, 1]);
    expect(batch.inputs.map((input) => input.shape)).toEqual([
      [3, 1, 2, 1],
      [3, 1],
    ]);
    expect(batch.inputs.map((input) => input.dtype)).toEqual(['float32', 'float32']);
    const values = [...((await batch.inputs[0]?.data()) ?? [])];
    for (const [at, want] of [-0.6, -0.2, -1, 1, -0.6, -0.2].entries()) expect(values[at]).toBeCloseTo(want, 6);
    expect([...((await batch.inputs[1]?.data()) ?? [])]).toEqual([8, 7, 8]);
    expect(batch.targets.dtype).toBe('int32');
    expect([...(await batch.targets.data())]).toEqual([0, 1, 0]);
    expect([...batch.indices]).toEqual([1, 0, 1]);
    disposeBatch(batch);
  });

  it('maps bytes by default exactly as b / 255 in float32', async () => {
    const all = Uint8Array.from({ length: 256 }, (_, byte) => byte);
    const dataset = arrayDataset({
      name: 'all',
      inputs: [{ data: all, shape: [256] }],
      targets: Int32Array.of(0),
      target: classes('a'),
    });
    const batch = await dataset.batch([0]);
    expect(await batch.inputs[0]?.data()).toEqual(Float32Array.from(all, (byte) => Math.fround(byte / 255)));
    disposeBatch(batch);
  });

  it('gathers multi-label and value targets as rows of float32', async () => {
    const inputs = [{ data: new Uint8Array(2), shape: [1] }];
    const target = { kind: 'multi-label', labels: ['x', 'y'] } as const;
    const multi = arrayDataset({ name: 'multi', inputs, targets: Float32Array.of(1, 0, 1, 1), target });
    const batch = await multi.batch([1, 0]);
    expect(batch.targets.shape).toEqual([2, 2]);
    expect([...(await batch.targets.data())]).toEqual([1, 1, 1, 0]);
    expect(multi.classes).toBeUndefined();
    disposeBatch(batch);
  });

  it('leaves no tensors behind', async () => {
    const dataset = toy(10);
    const before = tf.memory().numTensors;
    disposeBatch(await dataset.batch([1, 2, 3]));
    expect(tf.memory().numTensors).toBe(before);
  });

  it('may be empty', async () => {
    const empty = toy(0);
    expect(empty.size).toBe(0);
    await expect(empty.batch([0])).rejects.toThrow(/The data set is empty/);
  });

  it.each([[-1], [10], [1.5], [Number.NaN]])('refuses index %s by name', async (index) => {
    await expect(toy(10).batch([0, index])).rejects.toMatchObject({
      code: 'bad-input',
      what: expect.stringContaining('"toy"'),
    });
  });

  const input = { data: new Float32Array(4), shape: [2] };
  const refusals: readonly [string, () => unknown, RegExp][] = [
    [
      'a length that does not fit',
      () => arrayDataset({ name: 'n', inputs: [input], targets: Int32Array.of(0), target: classes('a') }),
      /holds 4 numbers.*1 examples, so 2/,
    ],
    [
      'a class outside the labels',
      () => arrayDataset({ name: 'n', inputs: [input], targets: Int32Array.of(0, 2), target: classes('a', 'b') }),
      /Example 1 of "n" has class 2.*classes 0 to 1/,
    ],
    [
      'class numbers that are floats',
      () => arrayDataset({ name: 'n', inputs: [input], targets: Float32Array.of(0, 1), target: classes('a', 'b') }),
      /Int32Array was expected/,
    ],
    [
      'a multi-label target of 2',
      () =>
        arrayDataset({
          name: 'n',
          inputs: [input],
          targets: Float32Array.of(0, 1, 2, 0),
          target: { kind: 'multi-label', labels: ['a', 'b'] },
        }),
      /Example 1 of "n" has 2/,
    ],
    [
      'a NaN value',
      () =>
        arrayDataset({
          name: 'n',
          inputs: [input],
          targets: Float32Array.of(0, Number.NaN),
          target: { kind: 'values', names: ['v'] },
        }),
      /Example 1 of "n" has NaN/,
    ],
    [
      'a NaN input',
      () =>
        arrayDataset({
          name: 'n',
          inputs: [{ data: Float32Array.of(0, 1, 2, Number.NaN), shape: [2] }],
          targets: Int32Array.of(0, 0),
          target: classes('a'),
        }),
      /Example 1 of "n" holds NaN \(input 0, number 1\)/,
    ],
    [
      'an infinite input',
      () =>
        arrayDataset({
          name: 'n',
          inputs: [{ data: Float32Array.of(-Infinity, 1), shape: [1] }],
          targets: Int32Array.of(0, 0),
          target: classes('a'),
        }),
      /Example 0 of "n" holds -Infinity/,
    ],
    [
      'no labels',
      () =>
        arrayDataset({
          name: 'n',
          inputs: [input],
          targets: new Float32Array(0),
          target: { kind: 'values', names: [] },
        }),
      /no labels or values/,
    ],
  ];
  it.each(refusals)('refuses %s', (_, make, message) => {
    expect(make).toThrow(GraftError);
    expect(make).toThrow(message);
  });
});

describe('fingerprint', () => {
  const make = (change: { data?: number; range?: [number, number]; label?: string; target?: number }) =>
    arrayDataset({
      name: 'n',
      inputs: [{ data: Uint8Array.of(1, change.data ?? 2), shape: [1], range: change.range ?? [0, 1] }],
      targets: Int32Array.of(0, change.target ?? 1),
      target: classes('a', change.label ?? 'b'),
    }).fingerprint();

  it('is equal for equal contents, and another one for any change', async () => {
    const same = await make({});
    expect(same).toMatch(/^[0-9a-f]{64}$/);
    expect(await make({})).toBe(same);
    const others = await Promise.all([
      make({ data: 3 }),
      make({ range: [-1, 1] }),
      make({ label: 'c' }),
      make({ target: 0 }),
    ]);
    expect(new Set([same, ...others]).size).toBe(5);
  });

  it('is computed once', () => {
    const dataset = toy(3);
    expect(dataset.fingerprint()).toBe(dataset.fingerprint());
  });
});

describe('checkFinite', () => {
  it('finds what a mapping breaks, and names the example', async () => {
    const broken = mapDataset(
      toy(10),
      (batch) => ({
        ...batch,
        inputs: batch.inputs.map((x) => tf.tidy(() => tf.div(x, tf.sub(x, tf.tensor2d([[7, 99]]))))),
      }),
      { name: 'broken', fingerprint: 'divide' },
    );
    const before = tf.memory().numTensors;
    await expect(checkFinite(broken, { batchSize: 4 })).rejects.toThrow(
      /Example 7 of "broken" holds Infinity \(input 0, number 0\)/,
    );
    await expect(checkFinite(toy(10))).resolves.toBeUndefined();
    expect(tf.memory().numTensors).toBe(before);
  });
});
