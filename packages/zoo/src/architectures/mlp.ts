import * as layers from '@tensorflow/tfjs-layers';
import { GraftError } from '@graft-ml/core';
import type { OutputActivation } from '../seed-cnn.js';
import { applied, glorotFor } from './seeded-layers.js';

export interface MlpOptions {
  /** Numbers of one example. */
  readonly inputs: number;
  /** Units of each hidden layer; default [64, 64]. */
  readonly hidden?: readonly number[];
  readonly outputs: number;
  /** Default linear, for values. */
  readonly activation?: OutputActivation;
  /** Seeds every layer's initial weights; each layer has a stream of its own. */
  readonly seed: number;
  /** The model's name. Default `mlp`. */
  readonly name?: string;
}

/**
 * Dense layers with relu, for tables: `dense1`, `dense2`, … and `head`. Kernels are Glorot-uniform, biases zero.
 *
 * @returns a functional model [B, inputs] → [B, outputs] float32
 * @throws GraftError `bad-input` for a size that is no whole number of at least 1
 *
 * @example
 * ```ts
 * import { mlp } from '@graft-ml/zoo';
 * console.log(mlp({ inputs: 4, outputs: 1, seed: 1 }).countParams()); // 4545
 * ```
 */
export function mlp(options: MlpOptions): layers.LayersModel {
  const { inputs, hidden = [64, 64], outputs, activation = 'linear', seed, name = 'mlp' } = options;
  const sizes = [inputs, ...hidden, outputs];
  if (!sizes.every((size) => Number.isSafeInteger(size) && size >= 1)) {
    throw new GraftError({
      code: 'bad-input',
      what: `A network of layers of ${sizes.join(', ')} numbers was asked for.`,
      expected: 'Whole numbers of at least 1 were expected.',
    });
  }
  const glorot = glorotFor(seed);
  const input = layers.input({ shape: [inputs], name: 'input' });
  let features: layers.SymbolicTensor = input;
  for (const [at, units] of [...hidden, outputs].entries()) {
    const isHead = at === hidden.length;
    const layer = isHead ? 'head' : `dense${at + 1}`;
    const dense = layers.layers.dense({
      name: layer,
      units,
      activation: isHead ? activation : 'relu',
      kernelInitializer: glorot(layer, 'kernel'),
    });
    features = applied(dense, features);
  }
  return layers.model({ inputs: input, outputs: features, name });
}
