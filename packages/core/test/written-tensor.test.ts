import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { cpu } from '@graft-ml/backend-cpu';
import { wasm } from '@graft-ml/backend-wasm';
import { useBackend, writtenTensor } from '../src/index.js';

describe.each([
  ['cpu', cpu()],
  ['wasm', wasm()],
])('a tensor that is written in place on %s', (_, backend) => {
  test('holds what was written, and is a tensor like any other', async () => {
    await useBackend(backend);
    const before = tf.memory().numTensors;
    const made = writtenTensor([3, 2], (values) => {
      expect(values.length).toBe(6);
      values.set([1, 2, 3, 4, 5, 6]);
    });
    const other = writtenTensor([3, 2], (values) => values.fill(7));
    expect(made.shape).toEqual([3, 2]);
    expect(made.dtype).toBe('float32');
    const sum = tf.add(made, other);
    expect([...(await sum.data())]).toEqual([8, 9, 10, 11, 12, 13]);
    expect([...(await made.data())]).toEqual([1, 2, 3, 4, 5, 6]);
    expect(tf.memory().numTensors).toBe(before + 3);
    tf.dispose([made, other, sum]);
    expect(tf.memory().numTensors).toBe(before);
  });

  test('is dropped by tidy, differentiable, and may be empty', async () => {
    await useBackend(backend);
    const before = tf.memory().numTensors;
    tf.tidy(() => {
      writtenTensor([2], (values) => values.fill(1));
    });
    expect(tf.memory().numTensors).toBe(before);
    const x = writtenTensor([2], (values) => values.set([3, 4]));
    const slope = tf.grad((each) => tf.sum(tf.square(each)))(x);
    expect([...(await slope.data())]).toEqual([6, 8]);
    const empty = writtenTensor([0, 5], (values) => expect(values.length).toBe(0));
    expect(empty.shape).toEqual([0, 5]);
    tf.dispose([x, slope, empty]);
  });

  test('leaves nothing behind when writing fails', async () => {
    await useBackend(backend);
    const held = (): number[] => [tf.memory().numTensors, tf.memory().numDataBuffers];
    const before = held();
    const failing = (): tf.Tensor =>
      writtenTensor([4], () => {
        throw new Error('unreadable');
      });
    expect(failing).toThrow('unreadable');
    expect(held()).toEqual(before);
  });

  test('is written where the heap lies after it has grown', async () => {
    await useBackend(backend);
    const first = writtenTensor([2 ** 20], (values) => values.fill(1));
    const ballast = Array.from({ length: 20 }, () => tf.zeros([2 ** 20]));
    const second = writtenTensor([2 ** 20], (values) => values.fill(2));
    const total = tf.sum(tf.mul(first, second));
    expect((await total.data())[0]).toBe(2 ** 21);
    tf.dispose([first, second, total, ...ballast]);
  });
});
