import * as tf from '@tensorflow/tfjs-core';
import * as layers from '@tensorflow/tfjs-layers';
import { GraftError, type Layer } from '@graft-ml/core';

/** What an adapted layer keeps of the layer that it stands for. Plain data. */
export interface BaseLayer {
  readonly kind: 'Dense' | 'Conv2D' | 'DepthwiseConv2D';
  /** Units, filters or the depth multiplier. */
  readonly outputs: number;
  readonly useBias: boolean;
  readonly activation: string;
  readonly kernelSize: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly dilation: readonly [number, number];
  readonly padding: 'same' | 'valid';
}

type Activation =
  | 'elu'
  | 'hardSigmoid'
  | 'linear'
  | 'relu'
  | 'relu6'
  | 'selu'
  | 'sigmoid'
  | 'softplus'
  | 'tanh'
  | 'swish';
const ACTIVATIONS: readonly Activation[] = [
  'elu',
  'hardSigmoid',
  'linear',
  'relu',
  'relu6',
  'selu',
  'sigmoid',
  'softplus',
  'tanh',
  'swish',
];

/**
 * Read a dense layer, convolution or depthwise convolution.
 *
 * @throws GraftError `bad-input` for other layers, channels-first data, or an activation that is no plain name
 */
export function baseLayerOf(layer: Layer): BaseLayer {
  const config = layer.getConfig();
  const kind = layer.getClassName();
  const refuse = (what: string): GraftError =>
    new GraftError({
      code: 'bad-input',
      what: `The layer "${layer.name}" (${kind}) cannot be adapted: ${what}.`,
      expected: 'Dense layers, convolutions and depthwise convolutions of channels-last data were expected.',
    });
  if (kind !== 'Dense' && kind !== 'Conv2D' && kind !== 'DepthwiseConv2D') throw refuse('it has no such kernel');
  if ((config['dataFormat'] ?? 'channelsLast') !== 'channelsLast') throw refuse('its data are channels-first');
  // Serialised names are in Python's case: hard_sigmoid.
  const named = config['activation'] ?? 'linear';
  if (typeof named !== 'string') throw refuse('its activation has no name');
  const activation = named.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());
  if (!isActivation(activation)) throw refuse(`its activation is ${activation}`);
  const padding = config['padding'] === 'same' ? 'same' : 'valid';
  const outputs = config[{ Dense: 'units', Conv2D: 'filters', DepthwiseConv2D: 'depthMultiplier' }[kind]];
  if (typeof outputs !== 'number') throw refuse('it does not say how many outputs it has');
  return {
    kind,
    outputs,
    useBias: config['useBias'] === true,
    activation,
    kernelSize: pair(config['kernelSize']),
    strides: pair(config['strides']),
    dilation: pair(config['dilationRate']),
    padding,
  };
}

/** A plain, unbuilt layer again. */
export function plainLayer(base: BaseLayer, name: string): Layer {
  const { useBias } = base;
  const activation = isActivation(base.activation) ? base.activation : 'linear';
  if (base.kind === 'Dense') return layers.layers.dense({ units: base.outputs, useBias, activation, name });
  const common = {
    kernelSize: pair(base.kernelSize),
    strides: pair(base.strides),
    dilationRate: pair(base.dilation),
    padding: base.padding,
    useBias,
    activation,
    name,
  };
  return base.kind === 'Conv2D'
    ? layers.layers.conv2d({ ...common, filters: base.outputs })
    : layers.layers.depthwiseConv2d({ ...common, depthMultiplier: base.outputs });
}

/** What the layer gives with this kernel and bias, before its activation. Differentiable. */
export function applyKernel(base: BaseLayer, x: tf.Tensor, kernel: tf.Tensor, bias: tf.Tensor | undefined): tf.Tensor {
  const product = linear(base, x, kernel);
  return bias === undefined ? product : tf.add(product, bias);
}

function linear(base: BaseLayer, x: tf.Tensor, kernel: tf.Tensor): tf.Tensor {
  const [strides, dilation] = [pair(base.strides), pair(base.dilation)];
  if (base.kind === 'Dense') {
    const [inputs = 1, units = 1] = kernel.shape;
    const rows = tf.matMul(tf.reshape(x, [-1, inputs]), tf.reshape(kernel, [inputs, units]));
    return x.rank === 2 ? rows : tf.reshape(rows, [...x.shape.slice(0, -1), units]);
  }
  const [h = 1, w = 1, inputs = 1, outputs = 1] = kernel.shape;
  const filter: tf.Tensor4D = tf.reshape(kernel, [h, w, inputs, outputs]);
  const picture: tf.Tensor4D = tf.reshape(x, [x.shape[0] ?? 1, x.shape[1] ?? 1, x.shape[2] ?? 1, inputs]);
  return base.kind === 'Conv2D'
    ? tf.conv2d(picture, filter, strides, base.padding, 'NHWC', dilation)
    : tf.depthwiseConv2d(picture, filter, strides, base.padding, 'NHWC', dilation);
}

function isActivation(name: string): name is Activation {
  return ACTIVATIONS.some((each) => each === name);
}

function pair(value: unknown): [number, number] {
  if (!Array.isArray(value)) return typeof value === 'number' ? [value, value] : [1, 1];
  const [first, second]: unknown[] = value;
  return [typeof first === 'number' ? first : 1, typeof second === 'number' ? second : 1];
}
