import * as tf from '@tensorflow/tfjs-core';
import { BackendWasm, version_wasm } from '@tensorflow/tfjs-backend-wasm';
import { beforeAll, describe, test } from 'vitest';
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

describe('training keeps tensors and heap constant over 300 steps', () => {
  test.each(differentiableNetworks)('$name', async ({ build }) => {
    const { variables, losses } = build();
    const optimizer = tf.train.adam(1e-3);
    await assertNoLeaks(
      () => {
        const { value, grads } = tf.variableGrads(() => tf.sum<tf.Scalar>(losses()), [...variables]);
        optimizer.applyGradients(Object.entries(grads).map(([name, tensor]) => ({ name, tensor })));
        tf.dispose([value, grads]);
      },
      // The heap grows a little until its free blocks fit what a step asks for.
      { warmUp: 40, steps: 300, measure: heapBytes },
    );
    optimizer.dispose();
    tf.dispose([...variables]);
  });
});
