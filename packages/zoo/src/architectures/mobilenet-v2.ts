import * as layers from '@tensorflow/tfjs-layers';
import { GraftError } from '@graft-ml/core';
import { featureChannels, invertedResiduals, stemChannels, type InvertedResidual } from './inverted-residuals.js';
import { applied, checkedClasses, checkedPicture, glorotFor } from './seeded-layers.js';

export interface MobilenetV2Options {
  /** Seeds every layer's initial weights; each layer has a stream of its own. */
  readonly seed: number;
  /** Factor on the channels of every layer but, where below 1, the last; Keras has weights for 0.35, 0.5, 0.75, 1, 1.3 and 1.4. Default 1. */
  readonly alpha?: number;
  /** One example's shape [H, W, C], at least 32 × 32 pixels. Default [224, 224, 3]. */
  readonly inputShape?: readonly number[];
  /** Number of classes of the softmax head `predictions`. Default 1000. */
  readonly classes?: number;
  /** End in average pooling and the softmax head; otherwise the model gives the feature map `out_relu`. Default true. */
  readonly includeTop?: boolean;
  /** The model's name. Default `mobilenet-v2`. */
  readonly name?: string;
}

/**
 * MobileNet v2 (Sandler et al. 2018, https://arxiv.org/abs/1801.04381) with the names, shapes and constants of Keras's
 * `MobileNetV2`, so that its weights fit: BatchNorm with ε 0.001 and momentum 0.999, channels rounded to multiples of
 * eight. Pictures are expected in [−1, 1].
 *
 * @returns a functional model [B, H, W, C] → [B, classes] float32, or, without top, → [B, H/32, W/32, 1280] (1280·alpha
 *   where alpha is above 1); 3,538,984 parameters for the defaults
 * @throws GraftError `bad-input` for a shape that is not [H, W, C] or too small, an alpha that is not above 0, or a head
 *   without outputs
 *
 * @example
 * ```ts
 * import { mobilenetV2 } from '@graft-ml/zoo';
 * const model = mobilenetV2({ seed: 1, alpha: 0.35, inputShape: [96, 96, 3], includeTop: false });
 * console.log(model.countParams(), model.outputs[0]?.shape); // 410208 [null, 3, 3, 1280]
 * ```
 */
export function mobilenetV2(options: MobilenetV2Options): layers.LayersModel {
  const alpha = checkedAlpha(options.alpha ?? 1);
  const inputShape = checkedPicture(options.inputShape ?? [224, 224, 3], 32, 'MobileNet v2');
  const classes = checkedClasses(options.classes ?? 1000, 'MobileNet v2');
  const parts = partsFor(options.seed);
  const input = layers.input({ shape: inputShape, name: 'input_1' });
  let x: layers.SymbolicTensor = input;
  const append = (...chain: readonly Layer[]): void => {
    for (const layer of chain) x = applied(layer, x);
  };
  append(parts.conv('Conv1', stemChannels(alpha), 3, 2), parts.norm('bn_Conv1'), parts.relu6('Conv1_relu'));
  for (const block of invertedResiduals(alpha)) {
    const before = x;
    append(...branch(parts, block, before.shape));
    if (block.isResidual) x = applied(layers.layers.add({ name: `${block.prefix}add` }), [before, x]);
  }
  append(parts.conv('Conv_1', featureChannels(alpha), 1, 1), parts.norm('Conv_1_bn'), parts.relu6('out_relu'));
  if (options.includeTop ?? true) {
    append(layers.layers.globalAveragePooling2d({ name: 'global_average_pooling2d' }));
    append(parts.softmax('predictions', classes));
  }
  return layers.model({ inputs: input, outputs: x, name: options.name ?? 'mobilenet-v2' });
}

/** The layers of a block beside its skip, for an input of this shape [B, H, W, C]. */
function branch(parts: Parts, block: InvertedResidual, [, height, width]: readonly (number | null)[]): Layer[] {
  const { prefix, stride } = block;
  const padding: [[number, number], [number, number]] = [padsOf(height), padsOf(width)];
  return [
    ...(block.expands
      ? [
          parts.conv(`${prefix}expand`, block.expanded, 1, 1),
          parts.norm(`${prefix}expand_BN`),
          parts.relu6(`${prefix}expand_relu`),
        ]
      : []),
    ...(stride === 2 ? [layers.layers.zeroPadding2d({ padding, name: `${prefix}pad` })] : []),
    parts.depthwise(`${prefix}depthwise`, stride),
    parts.norm(`${prefix}depthwise_BN`),
    parts.relu6(`${prefix}depthwise_relu`),
    parts.conv(`${prefix}project`, block.channels, 1, 1),
    parts.norm(`${prefix}project_BN`),
  ];
}

/** Zeros before and after a side, so that a 3-wide window moving by two meets it as TensorFlow's `same` padding would. */
function padsOf(side: number | null | undefined): [number, number] {
  return (side ?? 0) % 2 === 0 ? [0, 1] : [1, 1];
}

type Layer = layers.layers.Layer;

/** The kinds of layer that the network is made of. */
interface Parts {
  conv(name: string, filters: number, kernelSize: number, strides: number): Layer;
  depthwise(name: string, strides: 1 | 2): Layer;
  norm(name: string): Layer;
  relu6(name: string): Layer;
  softmax(name: string, units: number): Layer;
}

function partsFor(seed: number): Parts {
  const glorot = glorotFor(seed);
  return {
    conv: (name, filters, kernelSize, strides) =>
      layers.layers.conv2d({
        name,
        filters,
        kernelSize,
        strides,
        padding: 'same',
        useBias: false,
        kernelInitializer: glorot(name, 'kernel'),
      }),
    depthwise: (name, strides) =>
      layers.layers.depthwiseConv2d({
        name,
        kernelSize: 3,
        strides,
        padding: strides === 1 ? 'same' : 'valid',
        useBias: false,
        depthwiseInitializer: glorot(name, 'depthwise'),
      }),
    norm: (name) => layers.layers.batchNormalization({ name, epsilon: 1e-3, momentum: 0.999 }),
    relu6: (name) => layers.layers.reLU({ name, maxValue: 6 }),
    softmax: (name, units) =>
      layers.layers.dense({ name, units, activation: 'softmax', kernelInitializer: glorot(name, 'kernel') }),
  };
}

function checkedAlpha(alpha: number): number {
  if (Number.isFinite(alpha) && alpha > 0) return alpha;
  throw new GraftError({
    code: 'bad-input',
    what: `MobileNet v2 was asked for with alpha ${alpha}.`,
    expected: 'A number above 0 was expected; usual are 0.35, 0.5, 0.75, 1, 1.3 and 1.4.',
  });
}
