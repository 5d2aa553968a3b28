import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { useBackend } from '@graft-ml/core';
import { assertSameOutcome, valuesOf } from '@graft-ml/testkit';
import { wasm } from '../src/index.js';

/*
 * What tfjs's cpu backend cannot be the reference for, because it ignores dilations in depthwise gradients, broadcasts
 * batches in both directions wrongly and leaves an axis behind in some einsums: plain loops are the reference here.
 */
beforeAll(async () => {
  await useBackend(wasm());
});

const geometry = fc.record({
  height: fc.integer({ min: 5, max: 9 }),
  width: fc.integer({ min: 7, max: 10 }),
  channels: fc.integer({ min: 1, max: 6 }),
  multiplier: fc.integer({ min: 1, max: 2 }),
  dilations: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
  pad: fc.constantFrom<'same' | 'valid'>('same', 'valid'),
  seed: fc.nat(1000),
});

describe('depthwise gradients with dilation', () => {
  test('both equal plain loops', async () => {
    await fc.assert(
      fc.asyncProperty(geometry, async ({ height, width, channels, multiplier, dilations, pad, seed }) => {
        const xShape: [number, number, number, number] = [2, height, width, channels];
        const filterShape: [number, number, number, number] = [2, 3, channels, multiplier];
        const info = tf.backend_util.computeConv2DInfo(xShape, filterShape, 1, dilations, pad, undefined, true);
        const dyShape = info.outShape;
        const [x, filter, dy] = [xShape, filterShape, dyShape].map((shape, at) => valuesOf({ shape, seed: seed + at }));
        const dx = new Float64Array(tf.util.sizeFromShape(xShape));
        const dw = new Float64Array(tf.util.sizeFromShape(filterShape));
        for (let n = 0; n < 2; n++)
          for (let oy = 0; oy < info.outHeight; oy++)
            for (let ox = 0; ox < info.outWidth; ox++)
              for (let ky = 0; ky < 2; ky++)
                for (let kx = 0; kx < 3; kx++)
                  for (let out = 0; out < channels * multiplier; out++) {
                    const y = oy - info.padInfo.top + ky * dilations[0];
                    const column = ox - info.padInfo.left + kx * dilations[1];
                    if (y < 0 || y >= height || column < 0 || column >= width) continue;
                    const atX = ((n * height + y) * width + column) * channels + Math.floor(out / multiplier);
                    const atW = (ky * 3 + kx) * channels * multiplier + out;
                    const slope =
                      dy?.[((n * info.outHeight + oy) * info.outWidth + ox) * channels * multiplier + out] ?? 0;
                    dx[atX] = (dx[atX] ?? 0) + slope * (filter?.[atW] ?? 0);
                    dw[atW] = (dw[atW] ?? 0) + slope * (x?.[atX] ?? 0);
                  }
        const attrs = { strides: 1, pad, dilations, filterShape, inputShape: xShape };
        const tensors = {
          x: tf.tensor(x ?? [], xShape),
          filter: tf.tensor(filter ?? [], filterShape),
          dy: tf.tensor(dy ?? [], dyShape),
        };
        await expectValues(
          'DepthwiseConv2dNativeBackpropInput',
          { dy: tensors.dy, filter: tensors.filter },
          attrs,
          xShape,
          dx,
        );
        await expectValues(
          'DepthwiseConv2dNativeBackpropFilter',
          { x: tensors.x, dy: tensors.dy },
          attrs,
          filterShape,
          dw,
        );
      }),
      { numRuns: 40, seed: 7 },
    );
  });
});

async function expectValues(
  kernel: string,
  inputs: tf.NamedTensorMap,
  attrs: tf.NamedAttrMap,
  shape: readonly number[],
  values: Float64Array,
): Promise<void> {
  const output = tf.engine().runKernel(kernel, inputs, attrs);
  if (Array.isArray(output)) throw new Error(`${kernel} gave several outputs.`);
  const actual = { shape: output.shape, dtype: output.dtype, values: await output.data<'float32'>() };
  assertSameOutcome(actual, { shape, dtype: 'float32', values }, 1e-4);
}

describe('NaN and infinity stay in their segment', () => {
  test.each([Number.NaN, Infinity, -Infinity])('%d', async (value) => {
    const x = tf.tensor2d([1, 2, value, 4, 5, 6], [3, 2]);
    const sums = await tf.unsortedSegmentSum(x, tf.tensor1d([1, 0, 1], 'int32'), 3).data();
    expect([...sums]).toEqual([value, 4, 6, 8, 0, 0]);
  });
});

const dense = fc.record({
  images: fc.integer({ min: 1, max: 2 }),
  height: fc.integer({ min: 7, max: 10 }),
  width: fc.integer({ min: 7, max: 10 }),
  inChannels: fc.integer({ min: 1, max: 9 }),
  outChannels: fc.integer({ min: 1, max: 9 }),
  dilations: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 2, max: 3 })),
  pad: fc.constantFrom<'same' | 'valid'>('same', 'valid'),
  seed: fc.nat(1000),
});

describe('convolutions with dilation', () => {
  test('forward and both gradients equal plain loops', async () => {
    await fc.assert(
      fc.asyncProperty(dense, async ({ images, height, width, inChannels, outChannels, dilations, pad, seed }) => {
        const xShape: [number, number, number, number] = [images, height, width, inChannels];
        const filterShape: [number, number, number, number] = [2, 3, inChannels, outChannels];
        const info = tf.backend_util.computeConv2DInfo(xShape, filterShape, 1, dilations, pad);
        const [x, filter, dy] = [xShape, filterShape, info.outShape].map((shape, at) =>
          valuesOf({ shape, seed: seed + at }),
        );
        const y = new Float64Array(tf.util.sizeFromShape(info.outShape));
        const dx = new Float64Array(tf.util.sizeFromShape(xShape));
        const dw = new Float64Array(tf.util.sizeFromShape(filterShape));
        for (let n = 0; n < images; n++)
          for (let oy = 0; oy < info.outHeight; oy++)
            for (let ox = 0; ox < info.outWidth; ox++)
              for (let ky = 0; ky < 2; ky++)
                for (let kx = 0; kx < 3; kx++)
                  for (let pair = 0; pair < inChannels * outChannels; pair++) {
                    const row = oy - info.padInfo.top + ky * dilations[0];
                    const column = ox - info.padInfo.left + kx * dilations[1];
                    if (row < 0 || row >= height || column < 0 || column >= width) continue;
                    const from = Math.floor(pair / outChannels);
                    const atX = ((n * height + row) * width + column) * inChannels + from;
                    const atW = (ky * 3 + kx) * inChannels * outChannels + pair;
                    const atY = ((n * info.outHeight + oy) * info.outWidth + ox) * outChannels + (pair % outChannels);
                    y[atY] = (y[atY] ?? 0) + (x?.[atX] ?? 0) * (filter?.[atW] ?? 0);
                    dx[atX] = (dx[atX] ?? 0) + (dy?.[atY] ?? 0) * (filter?.[atW] ?? 0);
                    dw[atW] = (dw[atW] ?? 0) + (dy?.[atY] ?? 0) * (x?.[atX] ?? 0);
                  }
        const attrs = { strides: 1, pad, dilations, filterShape, inputShape: xShape };
        const tensors = {
          x: tf.tensor(x ?? [], xShape),
          filter: tf.tensor(filter ?? [], filterShape),
          dy: tf.tensor(dy ?? [], info.outShape),
        };
        await expectValues('Conv2D', { x: tensors.x, filter: tensors.filter }, attrs, info.outShape, y);
        await expectValues('Conv2DBackpropInput', { dy: tensors.dy, filter: tensors.filter }, attrs, xShape, dx);
        await expectValues('Conv2DBackpropFilter', { x: tensors.x, dy: tensors.dy }, attrs, filterShape, dw);
      }),
      { numRuns: 40, seed: 8 },
    );
  });
});

describe('products', () => {
  test('batches broadcast in both directions at once', async () => {
    const a = tf.tensor([1, 2], [2, 1, 1, 1]);
    const b = tf.tensor([3, 5, 7], [1, 3, 1, 1]);
    const product = tf.matMul(a, b);
    expect(product.shape).toEqual([2, 3, 1, 1]);
    expect([...(await product.data())]).toEqual([3, 5, 7, 6, 10, 14]);
  });

  test('an einsum whose operands share no axis sums each one away', async () => {
    const a = tf.tensor2d([1, 2, 3, 4], [2, 2]);
    const b = tf.tensor2d([1, 1, 1, 2, 2, 2], [2, 3]);
    const product = tf.einsum('ab,cd->ac', a, b);
    expect(product.shape).toEqual([2, 2]);
    expect([...(await product.data())]).toEqual([9, 18, 21, 42]);
  });

  test('a sum of four million small numbers keeps five digits', async () => {
    const [total = 0] = await tf.sum(tf.fill([2000, 2000], 0.1)).data();
    expect(Math.abs(total - 400_000)).toBeLessThan(2);
    const columns = await tf.sum(tf.fill([100_000, 5], 0.1), 0).data();
    for (const column of columns) expect(Math.abs(column - 10_000)).toBeLessThan(0.01);
  });

  test('inputs are the same after the kernels have run', async () => {
    const x = tf.tensor2d([1, -2, 3, -4], [2, 2]);
    const copy = tf.clone(x);
    tf.fused.matMul({ a: x, b: x, transposeB: true, activation: 'relu' });
    tf.einsum('ij,jk->ki', x, x);
    tf.einsum('ij->ij', x).dispose();
    tf.sum(x, 0);
    expect([...(await copy.data())]).toEqual([1, -2, 3, -4]);
    expect([...(await x.data())]).toEqual([1, -2, 3, -4]);
  });
});
