import * as tf from '@tensorflow/tfjs-core';
import { networkOf, predict } from '@graft-ml/core';
import { formula } from '../formula.mjs';
import { mobilenet } from '../networks.mjs';

export const inferenceKinds = {
  'mobilenet-forward': async (params) => {
    const { batch, side } = params;
    const model = mobilenet(params);
    const network = networkOf(model);
    const shape = [batch, side, side, 3];
    const images = tf.tensor(formula('images', batch * side * side * 3), shape);
    const run = async () => {
      const [output] = predict(network, [images]);
      const values = await output.data();
      output.dispose();
      return values;
    };
    const values = await run();
    return {
      // Weighted, as probabilities alone sum to the number of examples.
      check: values.reduce((sum, value, at) => sum + value * ((at % 10) + 1), 0),
      run: async () => {
        await run();
      },
      dispose() {
        images.dispose();
        model.dispose();
      },
    };
  },
  matmul: async ({ m, k, n, transposeA, transposeB }) => {
    const a = tf.tensor(formula('a', m * k), transposeA ? [k, m] : [m, k]);
    const b = tf.tensor(formula('b', k * n), transposeB ? [n, k] : [k, n]);
    const first = tf.matMul(a, b, transposeA, transposeB);
    const values = await first.data();
    first.dispose();
    return {
      check: values.reduce((sum, value) => sum + Math.abs(value), 0),
      // The engine computes as soon as it is asked: nothing need be read back.
      run: async () => tf.matMul(a, b, transposeA, transposeB).dispose(),
      dispose: () => tf.dispose([a, b]),
    };
  },
};
