import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { useBackend } from '@graft-ml/core';
import { wasm } from '../src/index.js';
import { device } from './bits.js';

const SPECIALS = [NaN, Infinity, -Infinity, 0, -0, 1, -1, 88.8, 90, -87, -200, 1e-30, 0.6, 0.63, 30, -30, 5];

beforeAll(async () => {
  await useBackend(wasm());
});

/** Each special value beside each other one, in a tensor longer than a few vectors. */
function specialPairs(): [tf.Tensor, tf.Tensor, [number, number][]] {
  const pairs = SPECIALS.flatMap((a) => SPECIALS.map((b): [number, number] => [Math.fround(a), Math.fround(b)]));
  return [tf.tensor1d(pairs.map(([a]) => a)), tf.tensor1d(pairs.map(([, b]) => b)), pairs];
}

describe('values that are not finite, and zeros of both signs', () => {
  test.each([
    ['equal', tf.equal, (a: number, b: number) => a === b],
    ['notEqual', tf.notEqual, (a: number, b: number) => a !== b],
    ['greater', tf.greater, (a: number, b: number) => a > b],
    ['greaterEqual', tf.greaterEqual, (a: number, b: number) => a >= b],
    ['less', tf.less, (a: number, b: number) => a < b],
    ['lessEqual', tf.lessEqual, (a: number, b: number) => a <= b],
  ])('%s is as in JavaScript', async (_, op, expected) => {
    const [a, b, pairs] = specialPairs();
    expect(Array.from(await op(a, b).data())).toEqual(pairs.map(([x, y]) => (expected(x, y) ? 1 : 0)));
    for (const scalar of SPECIALS) {
      const found = await op(a, tf.scalar(scalar)).data();
      expect(Array.from(found)).toEqual(pairs.map(([x]) => (expected(x, Math.fround(scalar)) ? 1 : 0)));
    }
  });

  test('maximum and minimum are as in JavaScript', async () => {
    const [a, b, pairs] = specialPairs();
    expect(Array.from(await tf.maximum(a, b).data())).toEqual(pairs.map(([x, y]) => Math.max(x, y)));
    expect(Array.from(await tf.minimum(a, b).data())).toEqual(pairs.map(([x, y]) => Math.min(x, y)));
  });

  test('exp, tanh and erf have the limits that they should', async () => {
    const x = tf.tensor1d(SPECIALS);
    expect(Array.from(await tf.exp(x).data()).map(order)).toEqual(
      SPECIALS.map((each) => order(Math.fround(Math.exp(Math.fround(each))))),
    );
    const tanh = Array.from(await tf.tanh(x).data());
    expect(tanh.map((each) => each.toFixed(6))).toEqual(SPECIALS.map((each) => Math.tanh(each).toFixed(6)));
    const erf = Array.from(await tf.erf(x).data());
    expect(erf.slice(0, 5)).toEqual([NaN, 1, -1, 0, -0]);
  });

  test('the maximum of a row with NaN is NaN wherever it stands', async () => {
    for (let columns = 1; columns < 12; columns++) {
      for (let at = 0; at < columns; at++) {
        const row = Array.from({ length: columns }, (_, each) => (each === at ? NaN : each));
        const [found] = await tf.max(tf.tensor2d([row]), 1).data();
        expect(found).toBeNaN();
      }
    }
  });
});

/** Infinity, zero or below what a float resolves, NaN, or the number to six digits. */
function order(value: number): string {
  return Math.abs(value) < 1.2e-38 ? '0' : value.toPrecision(6);
}

describe('parts of a tensor', () => {
  test.each([
    ['split', (x: tf.Tensor) => tf.split(x, 3, 2)],
    ['split at lengths', (x: tf.Tensor) => tf.split(x, [1, 0, 4, 1], 2)],
    ['split with a length left open', (x: tf.Tensor) => tf.split(x, [2, -1], -2)],
    ['unstack', (x: tf.Tensor) => tf.unstack(x, 1)],
  ])('%s gives what slices of plain arrays give, and joins again', async (name, take) => {
    const x = tf.reshape(tf.range(0, 2 * 5 * 6), [2, 5, 6]);
    const parts = take(x);
    const joined = name === 'unstack' ? tf.stack(parts, 1) : tf.concat(parts, name.includes('open') ? -2 : 2);
    expect(parts.length).toBeGreaterThan(1);
    expect(joined.shape).toEqual(x.shape);
    expect(Array.from(await joined.data())).toEqual(Array.from(await x.data()));
  });

  test('an id outside is refused, in the words of tfjs', () => {
    const table = tf.ones([3, 4]);
    expect(() => tf.gather(table, tf.tensor1d([0, 3], 'int32'))).toThrow('the index value 3 is not in [0, 2]');
    expect(() => tf.gather(table, tf.tensor1d([-1], 'int32'))).toThrow('the index value -1 is not in [0, 2]');
  });

  test('more axes than the kernel takes go to tfjs', async () => {
    const x = tf.reshape(tf.range(0, 256), [2, 2, 2, 2, 2, 2, 2, 2]);
    // tfjs-core has no more than six dimensions in its types, its kernels have.
    const order = [7, 6, 5, 4, 3, 2, 1, 0];
    const turned = await tf.transpose(x, order).data();
    expect(turned[1]).toBe(128);
    expect(turned[2]).toBe(64);
    expect(new Set(turned).size).toBe(256);
  });

  test('a transpose that changes nothing shares the buffer', () => {
    const x = tf.ones([2, 3]);
    const before = device().heapBytes;
    expect(tf.transpose(x, [0, 1]).dataId).toBe(x.dataId);
    expect(device().heapBytes).toBe(before);
  });
});

test('max without an axis is the greatest of all', async () => {
  const x = tf.tensor2d([1, 7, 3, -2], [2, 2]);
  expect([...(await tf.max(x).data())]).toEqual([7]);
  expect(tf.max(x, undefined, true).shape).toEqual([1, 1]);
  expect([...(await tf.max(x, 0).data())]).toEqual([3, 7]);
});
