import * as tf from '@tensorflow/tfjs-core';
import * as layers from '@tensorflow/tfjs-layers';
import { wasm } from '@graft-ml/backend-wasm';
import { createRng, networkOf, useBackend } from '@graft-ml/core';
import { arrayDataset } from '@graft-ml/datasets';
import { adamW, fit, sgd } from '@graft-ml/train';
import { beforeAll, describe, expect, test } from 'vitest';

/** 10,000 with GRAFT_FULL=1, as in `npm run test:full`. */
const STEPS = process.env['GRAFT_FULL'] === '1' ? 10_000 : 300;
const WARM_UP = 60;
/** What the process may grow by: JavaScript's own heap comes and goes by tens of megabytes. */
const MOST_GROWTH = 128 * 2 ** 20;

beforeAll(async () => {
  await useBackend(wasm());
});

function model(): layers.LayersModel {
  return layers.sequential({
    layers: [
      layers.layers.conv2d({ inputShape: [8, 8, 2], filters: 6, kernelSize: 3, useBias: false }),
      layers.layers.batchNormalization(),
      layers.layers.reLU(),
      layers.layers.depthwiseConv2d({ kernelSize: 3, padding: 'same' }),
      layers.layers.maxPooling2d({ poolSize: 2 }),
      layers.layers.flatten(),
      layers.layers.dropout({ rate: 0.2 }),
      layers.layers.dense({ units: 3, activation: 'softmax' }),
    ],
  });
}

/** The bytes of the engine's heap, which it keeps to itself. */
function heapBytes(): number {
  const heap: unknown = Reflect.get(Object(Reflect.get(tf.backend(), 'wasm')), 'HEAPU8');
  if (!(heap instanceof Uint8Array)) throw new Error('The wasm engine has no heap.');
  return heap.buffer.byteLength;
}

const rng = createRng(5);
const SIZE = 90;
const data = arrayDataset({
  name: 'noise',
  inputs: [{ data: Float32Array.from({ length: SIZE * 128 }, () => rng.normal()), shape: [8, 8, 2] }],
  targets: Int32Array.from({ length: SIZE }, (_, at) => at % 3),
  target: { kind: 'classes', labels: ['a', 'b', 'c'] },
});

describe(`fit, with every fused kernel, keeps tensors, heap and process constant over ${STEPS} steps`, () => {
  test.each([
    ['adamW', adamW({ weightDecay: 1e-2 })],
    ['momentum', sgd({ momentum: 0.9 })],
  ])('%s', { timeout: 900_000 }, async (_, optimizer) => {
    const net = model();
    const tensors = tf.memory().numTensors;
    const training = fit({ network: networkOf(net), data, optimizer, steps: STEPS + WARM_UP, batchSize: 16, seed: 1 });
    let before: { numbers: unknown; resident: number } | undefined;
    const numbers = (): unknown => {
      const { numTensors, numDataBuffers, numBytes } = tf.memory();
      return { numTensors, numDataBuffers, numBytes, heap: heapBytes() };
    };
    for await (const event of training) {
      if (event.type !== 'step' || event.step < WARM_UP) continue;
      before ??= { numbers: numbers(), resident: process.memoryUsage.rss() };
      if (event.step % 50 === 0) expect(numbers()).toEqual(before.numbers);
    }
    expect(process.memoryUsage.rss() - (before?.resident ?? 0)).toBeLessThan(MOST_GROWTH);
    expect(tf.memory().numTensors).toBe(tensors);
    net.dispose();
  });
});
