import * as layers from '@tensorflow/tfjs-layers';
import { createRng } from '@graft-ml/core';
import {
  efficientnetBlocks,
  FEATURE_CHANNELS,
  STEM_CHANNELS,
  type EfficientnetBlock,
  type EfficientnetVariant,
} from './efficientnet-blocks.js';
import { applied, checkedClasses, checkedPicture, glorotFor } from './seeded-layers.js';

export interface EfficientnetOptions {
  /** `b0`, or `lite0`: without squeeze-and-excitation and with relu6, for devices and WASM. */
  readonly variant: EfficientnetVariant;
  /** Seeds every layer's initial weights; each layer has a stream of its own. */
  readonly seed: number;
  /** One example's shape [H, W, C], at least 32 × 32 pixels. Default [224, 224, 3]. */
  readonly inputShape?: readonly number[];
  /** Number of classes of the softmax head `classifier`. Default 1000. */
  readonly classes?: number;
  /** The model's name. Default `efficientnet-b0` or `efficientnet-lite0`. */
  readonly name?: string;
}

type Symbolic = layers.SymbolicTensor;

/**
 * EfficientNet-B0 (Tan and Le 2019, https://arxiv.org/abs/1905.11946) and its Lite0
 * (https://github.com/tensorflow/tpu/tree/master/models/official/efficientnet/lite), with PyTorch's constants: padding the
 * same on all sides, BatchNorm with ε 0.00001 and momentum 0.9. The layers have the names of timm, so that its weights fit
 * (`loadTorchWeights`). There is no stochastic depth.
 *
 * @returns a functional model [B, H, W, C] → [B, classes] float32; with 1,000 classes 5,330,564 (b0) or 4,694,024 (lite0)
 *   parameters, moving statistics included
 * @throws GraftError `bad-input` for a shape that is not [H, W, C] or too small, or a head without outputs
 *
 * @example
 * ```ts
 * import { efficientnet } from '@graft-ml/zoo';
 * const model = efficientnet({ variant: 'lite0', seed: 1, inputShape: [64, 64, 3], classes: 10 });
 * console.log(model.outputs[0]?.shape); // [ null, 10 ]
 * ```
 */
export function efficientnet(options: EfficientnetOptions): layers.LayersModel {
  const { variant, seed } = options;
  const title = `EfficientNet-${variant === 'b0' ? 'B0' : 'Lite0'}`;
  const inputShape = checkedPicture(options.inputShape ?? [224, 224, 3], 32, title);
  const classes = checkedClasses(options.classes ?? 1000, title);
  const parts = new Parts(seed, variant);
  const input = layers.input({ shape: inputShape, name: 'input' });
  let x = parts.unit(input, 'conv_stem', 'bn1', 'act1', { filters: STEM_CHANNELS, kernel: 3, stride: 2 });
  for (const block of efficientnetBlocks()) x = parts.block(x, block);
  x = parts.unit(x, 'conv_head', 'bn2', 'act2', { filters: FEATURE_CHANNELS, kernel: 1, stride: 1 });
  x = applied(layers.layers.globalAveragePooling2d({ name: 'global_pool' }), x);
  x = applied(layers.layers.dropout({ name: 'dropout', rate: 0.2 }), x);
  const head = layers.layers.dense({
    name: 'classifier',
    units: classes,
    activation: 'softmax',
    kernelInitializer: glorotFor(seed)('classifier', 'kernel'),
  });
  return layers.model({ inputs: input, outputs: applied(head, x), name: options.name ?? `efficientnet-${variant}` });
}

interface Convolution {
  readonly filters: number;
  readonly kernel: number;
  readonly stride: 1 | 2;
}

/** The parts that EfficientNets are made of. */
class Parts {
  readonly #rng;
  readonly #variant: EfficientnetVariant;

  constructor(seed: number, variant: EfficientnetVariant) {
    this.#rng = createRng(seed);
    this.#variant = variant;
  }

  /** A convolution without bias, its normalisation and, where `act` names it, its activation. */
  unit(x: Symbolic, conv: string, norm: string, act: string | undefined, { filters, kernel, stride }: Convolution) {
    const layer = layers.layers.conv2d({
      name: conv,
      filters,
      kernelSize: kernel,
      strides: stride,
      padding: stride === 1 ? 'same' : 'valid',
      useBias: false,
      kernelInitializer: this.#he(conv, 'kernel'),
    });
    return this.#normalised(applied(layer, padded(x, conv, kernel, stride)), norm, act);
  }

  /** 1 × 1 to more channels, depthwise, squeeze-and-excitation (B0), 1 × 1 to fewer channels, and the input again. */
  block(x: Symbolic, block: EfficientnetBlock): Symbolic {
    const { name, kernel, stride, channels, expanded } = block;
    const expands = expanded > block.incoming;
    const [depthwise, project] = expands ? (['bn2', 'bn3'] as const) : (['bn1', 'bn2'] as const);
    const wide = { filters: expanded, kernel: 1, stride: 1 } as const;
    let y = expands ? this.unit(x, `${name}.conv_pw`, `${name}.bn1`, `${name}.act1`, wide) : x;
    const layer = layers.layers.depthwiseConv2d({
      name: `${name}.conv_dw`,
      kernelSize: kernel,
      strides: stride,
      padding: stride === 1 ? 'same' : 'valid',
      useBias: false,
      depthwiseInitializer: this.#he(`${name}.conv_dw`, 'depthwise'),
    });
    y = applied(layer, padded(y, `${name}.conv_dw`, kernel, stride));
    y = this.#normalised(y, `${name}.${depthwise}`, `${name}.${depthwise.replace('bn', 'act')}`);
    if (this.#variant === 'b0') y = this.#excited(y, `${name}.se`, expanded, Math.trunc(block.incoming / 4));
    const narrow = { filters: channels, kernel: 1, stride: 1 } as const;
    y = this.unit(y, `${name}.${expands ? 'conv_pwl' : 'conv_pw'}`, `${name}.${project}`, undefined, narrow);
    return block.isResidual ? applied(layers.layers.add({ name: `${name}.add` }), [x, y]) : y;
  }

  /** Squeeze-and-excitation (Hu et al. 2018, https://arxiv.org/abs/1709.01507): every channel times a share of its own. */
  #excited(x: Symbolic, name: string, channels: number, reduced: number): Symbolic {
    const conv = (part: string, filters: number, activation: 'swish' | 'sigmoid') =>
      layers.layers.conv2d({
        name: `${name}.${part}`,
        filters,
        kernelSize: 1,
        activation,
        kernelInitializer: this.#he(`${name}.${part}`, 'kernel'),
      });
    let share = applied(layers.layers.globalAveragePooling2d({ name: `${name}.pool` }), x);
    share = applied(layers.layers.reshape({ name: `${name}.reshape`, targetShape: [1, 1, channels] }), share);
    share = applied(conv('conv_reduce', reduced, 'swish'), share);
    share = applied(conv('conv_expand', channels, 'sigmoid'), share);
    return applied(layers.layers.multiply({ name: `${name}.multiply` }), [x, share]);
  }

  #normalised(x: Symbolic, name: string, act: string | undefined): Symbolic {
    const y = applied(layers.layers.batchNormalization({ name, epsilon: 1e-5, momentum: 0.9 }), x);
    if (act === undefined) return y;
    return applied(layers.layers.activation({ name: act, activation: this.#variant === 'b0' ? 'swish' : 'relu6' }), y);
  }

  /** He-normal by the outputs, as timm and torchvision have it. */
  #he(layer: string, weight: 'kernel' | 'depthwise') {
    return layers.initializers.varianceScaling({
      scale: 2,
      mode: 'fanOut',
      distribution: 'normal',
      seed: this.#rng.fork(layer).fork(`${weight}Initializer`).seed(),
    });
  }
}

/** Half the kernel on every side; with stride 1 that is what `same` means. */
function padded(x: Symbolic, layer: string, kernel: number, stride: number): Symbolic {
  if (stride === 1) return x;
  return applied(layers.layers.zeroPadding2d({ name: `${layer}.pad`, padding: (kernel - 1) / 2 }), x);
}
