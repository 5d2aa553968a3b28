import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { useBackend } from '@graft-ml/core';
import { wasm } from '../src/index.js';
import { bitsOf, kernel, normal, setThreads } from './bits.js';

function results(): tf.Tensor[] {
  const x = normal([5, 9, 9, 6], 1);
  const filter = normal([3, 3, 6, 10], 2);
  const dy = normal([5, 9, 9, 10], 3);
  const attrs = { strides: 1, pad: 'same', dilations: 1, inputShape: x.shape, filterShape: filter.shape };
  return [
    ...kernel('Conv2D', { x, filter }, attrs),
    ...kernel('Conv2DBackpropFilter', { x, dy }, attrs),
    ...kernel('Conv2DBackpropInput', { dy, filter }, attrs),
    tf.matMul(normal([300, 70], 4), normal([300, 90], 5), true),
    tf.sum(normal([9000, 7], 6), 0),
  ];
}

test('an isolated page computes on several threads, with the bits of one', async () => {
  expect(crossOriginIsolated).toBe(true);
  const active = await useBackend(wasm({ threads: 3 }));
  expect(active.details).toMatchObject({ threads: 3, relaxedSimd: true });
  await setThreads(1);
  const alone = await bitsOf(tf.tidy(results));
  for (const threads of [2, 3]) {
    await setThreads(threads);
    expect(await bitsOf(tf.tidy(results))).toBe(alone);
  }
});
