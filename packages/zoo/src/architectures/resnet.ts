import * as layers from '@tensorflow/tfjs-layers';
import { createRng } from '@graft-ml/core';
import type { ZooCut, ZooStage } from '../entry.js';
import { applied, checkedClasses, checkedPicture, glorotFor } from './seeded-layers.js';

export interface ResnetOptions {
  /** How many layers have weights on the way from the input to the output. */
  readonly depth: ResnetDepth;
  /** Seeds every layer's initial weights; each layer has a stream of its own. */
  readonly seed: number;
  /** One example's shape [H, W, C], at least 32 × 32 pixels. Default [224, 224, 3]. */
  readonly inputShape?: readonly number[];
  /** Number of classes of the softmax head. Default 1000. */
  readonly classes?: number;
  /** The model's name. Default `resnet-18` or `resnet-50`. */
  readonly name?: string;
}

export type ResnetDepth = 18 | 50;

/** Blocks of each of the four stages: table 1 of the paper. */
const BLOCKS: Readonly<Record<ResnetDepth, readonly number[]>> = { 18: [2, 2, 2, 2], 50: [3, 4, 6, 3] };
/** By how much a bottleneck block's output is wider than its inside. */
const EXPANSION: Readonly<Record<ResnetDepth, number>> = { 18: 1, 50: 4 };

/**
 * ResNet (He et al. 2015, https://arxiv.org/abs/1512.03385) with the names, shapes and constants of torchvision's
 * `resnet18` and `resnet50`, so that weights of PyTorch fit (`loadTorchWeights`): in the bottleneck the 3 × 3 convolution
 * has the stride, padding is the same on all sides, BatchNorm has ε 0.00001 and momentum 0.9 (0.1 in PyTorch's words).
 * Kernels are He-normal by their outputs, as in torchvision.
 *
 * @returns a functional model [B, H, W, C] → [B, classes] float32; with 1,000 classes 11,699,112 or 25,610,152 parameters,
 *   moving statistics included
 * @throws GraftError `bad-input` for a shape that is not [H, W, C] or too small, or a head without outputs
 *
 * @example
 * ```ts
 * import { resnet } from '@graft-ml/zoo';
 * const model = resnet({ depth: 18, seed: 1, inputShape: [32, 32, 3], classes: 10 });
 * console.log(model.outputs[0]?.shape); // [ null, 10 ]
 * ```
 */
export function resnet(options: ResnetOptions): layers.LayersModel {
  const { depth, seed } = options;
  const inputShape = checkedPicture(options.inputShape ?? [224, 224, 3], 32, `ResNet-${depth}`);
  const classes = checkedClasses(options.classes ?? 1000, `ResNet-${depth}`);
  const parts = new Parts(seed);
  const input = layers.input({ shape: inputShape, name: 'input' });
  let x = parts.normalised(parts.conv(input, 'conv1', 64, 7, 2), 'bn1', 'relu');
  // What is pooled is never negative, so padding with zeros is padding with nothing.
  x = applied(layers.layers.zeroPadding2d({ name: 'maxpool.pad', padding: 1 }), x);
  x = applied(layers.layers.maxPooling2d({ name: 'maxpool', poolSize: 3, strides: 2 }), x);
  for (const [stage, blocks] of BLOCKS[depth].entries()) {
    const filters = 64 * 2 ** stage;
    for (let block = 0; block < blocks; block++) {
      const stride = stage > 0 && block === 0 ? 2 : 1;
      const name = `layer${stage + 1}.${block}`;
      x = depth === 18 ? parts.basic(x, name, filters, stride) : parts.bottleneck(x, name, filters, stride);
    }
  }
  x = applied(layers.layers.globalAveragePooling2d({ name: 'avgpool' }), x);
  const head = layers.layers.dense({
    name: 'fc',
    units: classes,
    activation: 'softmax',
    kernelInitializer: glorotFor(seed)('fc', 'kernel'),
  });
  return layers.model({ inputs: input, outputs: applied(head, x), name: options.name ?? `resnet-${depth}` });
}

/** The parts that ResNets are made of. */
class Parts {
  readonly #rng;

  constructor(seed: number) {
    this.#rng = createRng(seed);
  }

  /** A convolution without bias, padded by half its kernel on every side. */
  conv(x: layers.SymbolicTensor, name: string, filters: number, kernelSize: number, strides: number) {
    const padding = (kernelSize - 1) / 2;
    const padded = padding === 0 ? x : applied(layers.layers.zeroPadding2d({ name: `${name}.pad`, padding }), x);
    const kernelInitializer = layers.initializers.varianceScaling({
      scale: 2,
      mode: 'fanOut',
      distribution: 'normal',
      seed: this.#rng.fork(name).fork('kernelInitializer').seed(),
    });
    const layer = layers.layers.conv2d({ name, filters, kernelSize, strides, useBias: false, kernelInitializer });
    return applied(layer, padded);
  }

  normalised(x: layers.SymbolicTensor, name: string, relu?: string): layers.SymbolicTensor {
    const y = applied(layers.layers.batchNormalization({ name, epsilon: 1e-5, momentum: 0.9 }), x);
    return relu === undefined ? y : applied(layers.layers.activation({ name: relu, activation: 'relu' }), y);
  }

  /** Two 3 × 3 convolutions and the shortcut around them. */
  basic(x: layers.SymbolicTensor, name: string, filters: number, stride: number): layers.SymbolicTensor {
    let y = this.normalised(this.conv(x, `${name}.conv1`, filters, 3, stride), `${name}.bn1`, `${name}.relu1`);
    y = this.normalised(this.conv(y, `${name}.conv2`, filters, 3, 1), `${name}.bn2`);
    return this.#joined(x, y, name, filters, stride);
  }

  /** 1 × 1 to fewer channels, 3 × 3, 1 × 1 to four times as many, and the shortcut around them. */
  bottleneck(x: layers.SymbolicTensor, name: string, filters: number, stride: number): layers.SymbolicTensor {
    let y = this.normalised(this.conv(x, `${name}.conv1`, filters, 1, 1), `${name}.bn1`, `${name}.relu1`);
    y = this.normalised(this.conv(y, `${name}.conv2`, filters, 3, stride), `${name}.bn2`, `${name}.relu2`);
    y = this.normalised(this.conv(y, `${name}.conv3`, 4 * filters, 1, 1), `${name}.bn3`);
    return this.#joined(x, y, name, 4 * filters, stride);
  }

  /** The block's own way plus its input, which is brought to the same shape where they differ. */
  #joined(
    x: layers.SymbolicTensor,
    y: layers.SymbolicTensor,
    name: string,
    filters: number,
    stride: number,
  ): layers.SymbolicTensor {
    const same = stride === 1 && x.shape.at(-1) === filters;
    const shortcut = same
      ? x
      : this.normalised(this.conv(x, `${name}.downsample.0`, filters, 1, stride), `${name}.downsample.1`);
    const sum = applied(layers.layers.add({ name: `${name}.add` }), [y, shortcut]);
    return applied(layers.layers.activation({ name: `${name}.relu`, activation: 'relu' }), sum);
  }
}

/**
 * Where ResNet may be cut, from the output back: the pooled features and the last map of each stage.
 *
 * @param inputShape [H, W, C]
 */
export function resnetCuts(depth: ResnetDepth, inputShape: readonly number[]): ZooCut[] {
  const [height = 0, width = 0] = inputShape;
  const maps = BLOCKS[depth].map((blocks, stage): ZooCut => {
    const path = `layer${stage + 1}.${blocks - 1}.relu`;
    const shrink = 4 * 2 ** stage;
    return {
      name: path,
      path,
      shape: [Math.ceil(height / shrink), Math.ceil(width / shrink), filtersOf(depth, stage)],
    };
  });
  return [{ name: 'avgpool', path: 'avgpool', shape: [filtersOf(depth, 3)] }, ...maps.reverse()];
}

/** The stages of ResNet: the stem, the four stages of the paper, the head. */
export function resnetStages(depth: ResnetDepth): ZooStage[] {
  const convs = depth === 18 ? 2 : 3;
  const block = (name: string, shortcut: boolean): string[] => {
    const own = Array.from({ length: convs }, (_, index) => [`${name}.conv${index + 1}`, `${name}.bn${index + 1}`]);
    return [...own.flat(), ...(shortcut ? [`${name}.downsample.0`, `${name}.downsample.1`] : [])];
  };
  const stages = BLOCKS[depth].map((blocks, stage) => ({
    name: `layer${stage + 1}`,
    paths: Array.from({ length: blocks }, (_, index) =>
      block(`layer${stage + 1}.${index}`, index === 0 && (stage > 0 || depth === 50)),
    ).flat(),
  }));
  return [{ name: 'stem', paths: ['conv1', 'bn1'] }, ...stages, { name: 'head', paths: ['fc'] }];
}

function filtersOf(depth: ResnetDepth, stage: number): number {
  return 64 * 2 ** stage * EXPANSION[depth];
}
