import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { TENSORFLOW_VERSION, useBackend } from '@graft-ml/core';
import { cpu } from '../src/index.js';

test('starts, says what it is, and may be started again', async () => {
  const active = await useBackend(cpu());
  expect(active).toMatchObject({ name: 'cpu', engine: 'cpu', details: { tensorflow: TENSORFLOW_VERSION, threads: 1 } });
  expect(await useBackend(cpu())).toEqual(active);
  expect([...(await tf.matMul(tf.ones([1, 3]), tf.ones([3, 1])).data())]).toEqual([3]);
});
