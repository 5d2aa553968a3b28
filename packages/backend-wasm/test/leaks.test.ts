import * as tf from '@tensorflow/tfjs-core';
import { BackendWasm, version_wasm } from '@tensorflow/tfjs-backend-wasm';
import { beforeAll, describe, expect, test } from 'vitest';
import { useBackend } from '@graft-ml/core';
import { assertNoLeaks, differentiableNetworks } from '@graft-ml/testkit';
import { liveHeap } from '../src/device/live-heap.js';
import { wasm } from '../src/index.js';

beforeAll(async () => {
  await useBackend(wasm());
});

function heapBytes(): Record<string, number> {
  const backend = tf.backend();
  if (!(backend instanceof BackendWasm)) throw new Error('The wasm engine is not selected.');
  return { heap: liveHeap(backend.wasm, version_wasm).memory.buffer.byteLength, dataIds: backend.numDataIds() };
}

/** Graft's own, which a pass of the seed CNN runs. */
const KERNELS_OF_A_PASS = new Set([
  'Conv2D',
  'Conv2DBackpropFilter',
  'Conv2DBackpropInput',
  'MaxPoolGrad',
  'BatchMatMul',
  'Sum',
]);

/** 10,000 with GRAFT_FULL=1, as in `npm run test:full`. */
const STEPS = process.env['GRAFT_FULL'] === '1' ? 10_000 : 300;
/** What the process may grow by: JavaScript's own heap comes and goes by tens of megabytes. */
const MOST_GROWTH = 128 * 2 ** 20;

describe(`training keeps tensors, heap and process constant over ${STEPS} steps`, () => {
  test.each(differentiableNetworks)('$name', { timeout: 900_000 }, async ({ build }) => {
    let resident = 0;
    const { variables, losses } = build();
    const optimizer = tf.train.adam(1e-3);
    await assertNoLeaks(
      () => {
        const { value, grads } = tf.variableGrads(() => tf.sum<tf.Scalar>(losses()), [...variables]);
        optimizer.applyGradients(Object.entries(grads).map(([name, tensor]) => ({ name, tensor })));
        tf.dispose([value, grads]);
      },
      // The heap grows a little until its free blocks fit what a step asks for.
      {
        warmUp: 40,
        steps: STEPS,
        measure: () => {
          resident ||= process.memoryUsage.rss();
          return heapBytes();
        },
      },
    );
    expect(process.memoryUsage.rss() - resident).toBeLessThan(MOST_GROWTH);
    optimizer.dispose();
    tf.dispose([...variables]);
  });
});

describe('a heap that grows in the middle of a step', () => {
  test('changes no result, and every kernel finds its tensors after it', async () => {
    const gradients = async (): Promise<number[]> => {
      const { variables, losses } = differentiableNetworks[0]?.build() ?? { variables: [], losses: () => tf.scalar(0) };
      const { value, grads } = tf.variableGrads(() => tf.sum<tf.Scalar>(losses()), [...variables]);
      const all = await Promise.all([value, ...Object.values(grads)].map(async (each) => [...(await each.data())]));
      tf.dispose([value, grads, ...variables]);
      return all.flat();
    };
    const expected = await gradients();
    const before = heapBytes()['heap'] ?? 0;
    // Between any two kernels of the pass, something takes what is left of the heap and a little more.
    const ballast: tf.Tensor[] = [];
    const kernels = tf.getKernelsForBackend('wasm').filter(({ kernelName }) => KERNELS_OF_A_PASS.has(kernelName));
    expect(kernels.length).toBe(KERNELS_OF_A_PASS.size);
    for (const config of kernels) {
      tf.unregisterKernel(config.kernelName, 'wasm');
      tf.registerKernel({
        ...config,
        kernelFunc: (call) => {
          // Kept, because the pass ends many scopes of its own.
          if (ballast.length < 20) ballast.push(tf.keep(tf.tensor1d(new Float32Array(2 ** 20))));
          return config.kernelFunc(call);
        },
      });
    }
    try {
      expect(await gradients()).toEqual(expected);
      expect(ballast.length).toBe(20);
      expect(heapBytes()['heap']).toBeGreaterThan(before + 2 ** 26);
    } finally {
      for (const config of kernels) {
        tf.unregisterKernel(config.kernelName, 'wasm');
        tf.registerKernel(config);
      }
      tf.dispose(ballast);
    }
  });

  test('that is full says so in words, leaks nothing, and goes on with smaller tensors', async () => {
    const x = tf.ones([1, 2 ** 14]);
    const held = (): Record<string, number | undefined> => ({
      tensors: tf.memory().numTensors,
      dataIds: heapBytes()['dataIds'],
    });
    const before = held();
    const big = (): tf.Tensor => tf.matMul(x, tf.ones([1, 2 ** 16]), true);
    expect(() => tf.tidy(big)).toThrow(/no room for 4294967296 more bytes.*smaller batch/);
    expect(held()).toEqual(before);
    expect([...(await tf.matMul(tf.ones([1, 2]), tf.ones([2, 1])).data())]).toEqual([2]);
    x.dispose();
  });
});
