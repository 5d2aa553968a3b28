import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { GraftError, useBackend } from '@graft-ml/core';
import { wasm } from '../src/index.js';

beforeAll(async () => {
  await useBackend(wasm());
});

describe('types that the float kernels do not cover', () => {
  test('sums of int32 and bool tensors stay integers', async () => {
    const total = tf.sum(tf.tensor2d([1, 2, 3, 4], [2, 2], 'int32'), 0);
    expect(total.dtype).toBe('int32');
    expect([...(await total.data())]).toEqual([4, 6]);
    expect([...(await tf.sum(tf.tensor1d([true, false, true], 'bool')).data())]).toEqual([2]);
  });

  test('the mean of an int32 tensor is a float', async () => {
    const mean = tf.mean(tf.tensor1d([1, 2], 'int32'));
    expect(mean.dtype).toBe('float32');
    expect([...(await mean.data())]).toEqual([1.5]);
  });

  test('casts between types convert, casts to the same type share', async () => {
    const floats = tf.tensor1d([0, 0.3, 1.7, -2.2, NaN]);
    expect([...(await tf.cast(floats, 'int32').data())]).toEqual([0, 0, 1, -2, 0]);
    expect([...(await tf.cast(floats, 'bool').data())]).toEqual([0, 1, 1, 1, 1]);
    expect([...(await tf.cast(tf.tensor1d([0, 256, -3], 'int32'), 'bool').data())]).toEqual([0, 1, 1]);
    expect(tf.cast(floats, 'float32').dataId).toBe(floats.dataId);
  });

  test('one-hot vectors of floats hold floats, also for other values than 1 and 0', async () => {
    const ids = tf.tensor1d([1, 0, 3], 'int32');
    expect([...(await tf.oneHot(ids, 3, 1, 0, 'float32').data())]).toEqual([0, 1, 0, 1, 0, 0, 0, 0, 0]);
    expect([...(await tf.oneHot(ids, 2, 0.75, 0.25, 'float32').data())]).toEqual([0.25, 0.75, 0.75, 0.25, 0.25, 0.25]);
    expect([...(await tf.oneHot(ids, 2).data())]).toEqual([0, 1, 1, 0, 0, 0]);
  });

  test('clones of strings, integers and flags keep their values', async () => {
    expect(await tf.clone(tf.tensor1d(['a', 'b'])).data()).toEqual(['a', 'b']);
    expect([...(await tf.clone(tf.tensor1d([1, 2], 'int32')).data())]).toEqual([1, 2]);
    expect([...(await tf.clone(tf.tensor1d([true, false], 'bool')).data())]).toEqual([1, 0]);
  });

  test('a clone outlives the tensor that it was made from', async () => {
    const original = tf.tensor1d([1, 2, 3]);
    const copy = tf.clone(original);
    original.dispose();
    expect([...(await copy.data())]).toEqual([1, 2, 3]);
  });

  test('segment sums of int32 values come out as floats, as on the cpu backend', async () => {
    const sums = tf.unsortedSegmentSum(tf.tensor1d([1, 2, 3], 'int32'), tf.tensor1d([0, 1, 0], 'int32'), 2);
    expect(sums.dtype).toBe('float32');
    expect([...(await sums.data())]).toEqual([4, 2]);
  });

  test('a product of int32 matrices is refused in the words of tfjs, which has none on wasm', () => {
    const a = tf.engine().runKernel.bind(tf.engine());
    const inputs = { a: tf.ones([2, 2], 'int32'), b: tf.ones([2, 2], 'int32') };
    expect(() => a('BatchMatMul', inputs, { transposeA: false, transposeB: false })).toThrow(/not yet supported/);
  });

  test('a kernel that only Graft has says what it takes', () => {
    const inputs = { x: tf.ones([1, 3, 3, 1], 'int32'), dy: tf.ones([1, 2, 2, 1]) };
    const run = (): unknown =>
      tf.engine().runKernel('Conv2DBackpropFilter', inputs, { strides: 1, pad: 'valid', filterShape: [2, 2, 1, 1] });
    expect(run).toThrow(GraftError);
    expect(run).toThrow(/float32 tensors in NHWC/);
  });

  test('malformed calls are refused with their reason', () => {
    expect(() => tf.einsum('ij,jk->ik', tf.ones([2, 3]), tf.ones([4, 2]))).toThrow(/"j" is 3 .* 4/);
    expect(() => tf.einsum('ijk->i', tf.ones([2, 3]))).toThrow(/names 3 axes/);
    expect(() => tf.unsortedSegmentSum(tf.ones([3, 2]), tf.tensor1d([0, 1], 'int32'), 2)).toThrow(/do not fit/);
  });
});
