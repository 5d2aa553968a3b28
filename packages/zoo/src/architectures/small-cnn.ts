import * as layers from '@tensorflow/tfjs-layers';
import { createRng } from '@graft-ml/core';
import type { ZooCut, ZooStage } from '../entry.js';
import { applied, checkedClasses, checkedPicture, glorotFor } from './seeded-layers.js';

export interface SmallCnnOptions {
  /** Seeds every layer's initial weights; each layer has a stream of its own. */
  readonly seed: number;
  /** One example's shape [H, W, C], at least 8 × 8 pixels. Default [28, 28, 1]. */
  readonly inputShape?: readonly number[];
  /** Number of classes of the softmax head. Default 10. */
  readonly classes?: number;
  /** The model's name. Default `small-cnn`. */
  readonly name?: string;
}

/** Filters of each convolution, and whether its output is pooled to half its sides. */
const CONVOLUTIONS = [
  { name: 'conv1', filters: 32, pooled: true },
  { name: 'conv2', filters: 48, pooled: false },
  { name: 'conv3', filters: 64, pooled: true },
  { name: 'conv4', filters: 64, pooled: false },
] as const;

/**
 * Four 3 × 3 convolutions with BatchNorm and relu, two poolings, global average pooling and a softmax head: below 100,000
 * parameters and 10 million multiplications a picture of 28 × 28. A convolution that is pooled is pooled before its BatchNorm and
 * relu, which then have a quarter of the numbers to work on. Kernels are He-normal by their inputs (He et al. 2015,
 * https://arxiv.org/abs/1502.01852), the head's Glorot-uniform.
 *
 * @returns a functional model [B, H, W, C] → [B, classes] float32; 80,106 parameters for the defaults, moving statistics
 *   included
 * @throws GraftError `bad-input` for a shape that is not [H, W, C] or too small, or a head without outputs
 *
 * @example
 * ```ts
 * import { smallCnn } from '@graft-ml/zoo';
 * console.log(smallCnn({ seed: 1 }).outputs[0]?.shape); // [ null, 10 ]
 * ```
 */
export function smallCnn(options: SmallCnnOptions): layers.LayersModel {
  const { seed } = options;
  const inputShape = checkedPicture(options.inputShape ?? [28, 28, 1], 8, 'small-cnn');
  const classes = checkedClasses(options.classes ?? 10, 'small-cnn');
  const rng = createRng(seed);
  const input = layers.input({ shape: inputShape, name: 'input' });
  let x: layers.SymbolicTensor = input;
  for (const [at, { name, filters, pooled }] of CONVOLUTIONS.entries()) {
    const kernelInitializer = layers.initializers.heNormal({
      seed: rng.fork(name).fork('kernelInitializer').seed(),
    });
    const conv = { name, filters, kernelSize: 3, padding: 'same', useBias: false, kernelInitializer } as const;
    x = applied(layers.layers.conv2d(conv), x);
    if (pooled) x = applied(layers.layers.maxPooling2d({ name: `pool${at + 1}`, poolSize: 2 }), x);
    x = applied(layers.layers.batchNormalization({ name: `bn${at + 1}`, momentum: 0.9 }), x);
    x = applied(layers.layers.activation({ name: `relu${at + 1}`, activation: 'relu' }), x);
  }
  x = applied(layers.layers.globalAveragePooling2d({ name: 'pool' }), x);
  const kernelInitializer = glorotFor(seed)('head', 'kernel');
  const head = layers.layers.dense({ name: 'head', units: classes, activation: 'softmax', kernelInitializer });
  return layers.model({ inputs: input, outputs: applied(head, x), name: options.name ?? 'small-cnn' });
}

/**
 * Where it may be cut, from the output back.
 *
 * @param inputShape [H, W, C]
 */
export function smallCnnCuts(inputShape: readonly number[]): ZooCut[] {
  let [height = 0, width = 0] = inputShape;
  const maps = CONVOLUTIONS.map(({ filters, pooled }, at): ZooCut => {
    if (pooled) [height, width] = [Math.floor(height / 2), Math.floor(width / 2)];
    return { name: `relu${at + 1}`, path: `relu${at + 1}`, shape: [height, width, filters] };
  });
  return [{ name: 'pool', path: 'pool', shape: [CONVOLUTIONS[3].filters] }, ...maps.reverse()];
}

/** One stage for each convolution with its BatchNorm, and the head. */
export function smallCnnStages(): ZooStage[] {
  const stages = CONVOLUTIONS.map(({ name }, at) => ({ name, paths: [name, `bn${at + 1}`] }));
  return [...stages, { name: 'head', paths: ['head'] }];
}
