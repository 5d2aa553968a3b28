import * as layers from '@tensorflow/tfjs-layers';
import { GraftError } from '@graft-ml/core';
import type { ZooCut, ZooStage } from '../entry.js';
import { applied, checkedClasses, checkedPicture, glorotFor } from './seeded-layers.js';

export interface MobilenetV1Options {
  /** Seeds every layer's initial weights; each layer has a stream of its own. */
  readonly seed: number;
  /** Factor on every layer's filters; pretrained weights exist for 0.25, 0.5, 0.75 and 1. Default 1. */
  readonly alpha?: number;
  /** One example's shape [H, W, C], at least 32 × 32 pixels. Default [224, 224, 3]. */
  readonly inputShape?: readonly number[];
  /** Number of classes of the softmax head. Default 1000. */
  readonly classes?: number;
  /** The model's name. Default `mobilenet-v1`. */
  readonly name?: string;
}

/** Filters at alpha 1 and stride of the 13 depthwise-separable blocks: table 1 of the paper. */
const BLOCKS: readonly (readonly [filters: number, stride: 1 | 2])[] = [
  [64, 1],
  [128, 2],
  [128, 1],
  [256, 2],
  [256, 1],
  [512, 2],
  [512, 1],
  [512, 1],
  [512, 1],
  [512, 1],
  [512, 1],
  [1024, 2],
  [1024, 1],
];

/**
 * MobileNet v1 (Howard et al. 2017, https://arxiv.org/abs/1704.04861) with the names, shapes and constants of Keras's
 * `MobileNet`, so that its weights fit: BatchNorm with ε 0.001 and momentum 0.99, `relu6`, dropout 0.001. Pictures are
 * expected in [−1, 1].
 *
 * The logits are a 1 × 1 convolution, `conv_preds`, reshaped by `reshape_2` and ended by the softmax `act_softmax`.
 *
 * @returns a functional model [B, H, W, C] → [B, classes] float32; 4,253,864 parameters for the defaults
 * @throws GraftError `bad-input` for a shape that is not [H, W, C] or too small, an alpha that leaves a layer without
 *   filters, or a head without outputs
 *
 * @example
 * ```ts
 * import { mobilenetV1 } from '@graft-ml/zoo';
 * console.log(mobilenetV1({ seed: 1, alpha: 0.25 }).countParams()); // 475544
 * ```
 */
export function mobilenetV1(options: MobilenetV1Options): layers.LayersModel {
  const alpha = checkedAlpha(options.alpha ?? 1);
  const inputShape = checkedPicture(options.inputShape ?? [224, 224, 3], 32, 'MobileNet v1');
  const classes = checkedClasses(options.classes ?? 1000, 'MobileNet v1');
  const glorot = glorotFor(options.seed);
  const conv = (name: string, filters: number, kernelSize: number, strides: number, useBias = false) =>
    layers.layers.conv2d({
      name,
      filters,
      kernelSize,
      strides,
      padding: 'same',
      useBias,
      kernelInitializer: glorot(name, 'kernel'),
    });
  const normalised = (name: string) => [
    layers.layers.batchNormalization({ name: `${name}_bn`, epsilon: 1e-3, momentum: 0.99 }),
    layers.layers.activation({ name: `${name}_relu`, activation: 'relu6' }),
  ];
  const depthwise = (name: string, strides: number) =>
    layers.layers.depthwiseConv2d({
      name,
      kernelSize: 3,
      strides,
      padding: 'same',
      useBias: false,
      depthwiseInitializer: glorot(name, 'depthwise'),
    });
  const features = Math.trunc(1024 * alpha);
  const chain = [
    conv('conv1', Math.trunc(32 * alpha), 3, 2),
    ...normalised('conv1'),
    ...BLOCKS.flatMap(([filters, stride], index) => [
      depthwise(`conv_dw_${index + 1}`, stride),
      ...normalised(`conv_dw_${index + 1}`),
      conv(`conv_pw_${index + 1}`, Math.trunc(filters * alpha), 1, 1),
      ...normalised(`conv_pw_${index + 1}`),
    ]),
    layers.layers.globalAveragePooling2d({ name: 'global_average_pooling2d_1' }),
    layers.layers.reshape({ name: 'reshape_1', targetShape: [1, 1, features] }),
    layers.layers.dropout({ name: 'dropout', rate: 1e-3 }),
    conv('conv_preds', classes, 1, 1, true),
    layers.layers.reshape({ name: 'reshape_2', targetShape: [classes] }),
    layers.layers.activation({ name: 'act_softmax', activation: 'softmax' }),
  ];
  const input = layers.input({ shape: inputShape, name: 'input_1' });
  let output: layers.SymbolicTensor = input;
  for (const layer of chain) output = applied(layer, output);
  return layers.model({ inputs: input, outputs: output, name: options.name ?? 'mobilenet-v1' });
}

/**
 * Where MobileNet v1 may be cut, from the output back: the pooled features, the last feature map, and the last map of
 * each coarser resolution.
 *
 * @param inputShape [H, W, C]
 */
export function mobilenetV1Cuts(alpha: number, inputShape: readonly number[]): ZooCut[] {
  const [height = 0, width = 0] = inputShape;
  const map = (block: number, halvings: number): ZooCut => ({
    name: `conv_pw_${block}_relu`,
    path: `conv_pw_${block}_relu`,
    shape: [
      Math.ceil(height / 2 ** halvings),
      Math.ceil(width / 2 ** halvings),
      Math.trunc((BLOCKS[block - 1]?.[0] ?? 0) * alpha),
    ],
  });
  return [
    {
      name: 'global_average_pooling2d_1',
      path: 'global_average_pooling2d_1',
      shape: [Math.trunc(1024 * alpha)],
    },
    map(13, 5),
    map(11, 4),
    map(5, 3),
    map(3, 2),
  ];
}

/** The stages of MobileNet v1: the stem, the blocks of each resolution, the head. */
export function mobilenetV1Stages(): ZooStage[] {
  const blocks = (first: number, last: number): string[] =>
    Array.from({ length: last - first + 1 }, (_, index) => first + index).flatMap((block) =>
      [`conv_dw_${block}`, `conv_pw_${block}`].flatMap((name) => [name, `${name}_bn`, `${name}_relu`]),
    );
  return [
    { name: 'stem', paths: ['conv1', 'conv1_bn', 'conv1_relu', ...blocks(1, 1)] },
    { name: 'stage1', paths: blocks(2, 3) },
    { name: 'stage2', paths: blocks(4, 5) },
    { name: 'stage3', paths: blocks(6, 11) },
    { name: 'stage4', paths: blocks(12, 13) },
    { name: 'head', paths: ['conv_preds'] },
  ];
}

function checkedAlpha(alpha: number): number {
  if (Number.isFinite(alpha) && Math.trunc(32 * alpha) >= 1) return alpha;
  throw new GraftError({
    code: 'bad-input',
    what: `MobileNet v1 was asked for with alpha ${alpha}.`,
    expected: 'A number of at least 1/32 was expected; usual are 0.25, 0.5, 0.75 and 1.',
  });
}
