import * as tf from '@tensorflow/tfjs-core';
import { useBackend, type Backend } from '@graft-ml/core';
import { parityNets, trainNet } from '@graft-ml/parity';
import { differentiableNetworks } from '../conformance/networks.js';
import { assertNoLeaks } from '../leaks.js';
import type { Check } from './check.js';

/** Tensors are given back: from step to step, by whole trainings, by `dispose`. */
export function tensorChecks(backend: Backend): Check[] {
  const networks = differentiableNetworks.filter(({ name }) => name !== 'seed CNN');
  return [
    ...networks.map(({ name, build }) => ({
      name: `steps of ${name} keep the number of tensors`,
      async run() {
        await useBackend(backend);
        const { variables, losses } = build();
        const optimizer = tf.train.adam(1e-3, 0.9, 0.999, 1e-7);
        const step = async (): Promise<void> => {
          const { value, grads } = tf.variableGrads(() => tf.sum<tf.Scalar>(losses()), [...variables]);
          optimizer.applyGradients(Object.entries(grads).map(([of, tensor]) => ({ name: of, tensor })));
          await value.data();
          tf.dispose([value, grads]);
        };
        await assertNoLeaks(step, { warmUp: 2, steps: 4 });
        optimizer.dispose();
        tf.dispose([...variables]);
      },
    })),
    {
      name: 'whole trainings leave nothing behind',
      async run() {
        await useBackend(backend);
        for (const net of parityNets().slice(1)) {
          await assertNoLeaks(() => trainNet(net, 1).then(() => undefined), { warmUp: 1, steps: 2 });
        }
      },
    },
    {
      name: 'dispose gives buffers back, shared ones when their last tensor goes',
      async run() {
        await useBackend(backend);
        const { numTensors, numDataBuffers } = tf.memory();
        const x = tf.tidy(() => tf.add(tf.ones([5, 3]), 1));
        const [view, copy] = [tf.reshape(x, [15]), tf.clone(x)];
        x.dispose();
        const sum = tf.sum(view);
        if ((await sum.data())[0] !== 30) throw new Error('A view lost its values when another was disposed.');
        tf.dispose([view, copy, sum]);
        const after = tf.memory();
        if (after.numTensors !== numTensors || after.numDataBuffers !== numDataBuffers) {
          throw new Error(`${after.numTensors - numTensors} tensors were left behind.`);
        }
      },
    },
  ];
}
