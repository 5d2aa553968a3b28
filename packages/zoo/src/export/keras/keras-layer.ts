import { GraftError, type NetworkNode } from '@graft-ml/core';

/** The settings of a layer, in Keras's spelling. */
type Config = Readonly<Record<string, unknown>>;

/** Layers that mean the same in Keras 3, and what of their settings has another name there. */
const LAYERS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Activation: {},
  Add: {},
  Average: {},
  AveragePooling2D: {},
  BatchNormalization: {},
  Concatenate: {},
  Conv2D: {},
  Dense: {},
  DepthwiseConv2D: {},
  Dropout: {},
  ELU: {},
  Embedding: {},
  Flatten: {},
  GlobalAveragePooling1D: {},
  GlobalAveragePooling2D: {},
  GlobalMaxPooling2D: {},
  LeakyReLU: { alpha: 'negative_slope' },
  MaxPooling2D: {},
  Maximum: {},
  Minimum: {},
  Multiply: {},
  ReLU: {},
  Rescaling: {},
  Reshape: {},
  Softmax: {},
  UpSampling2D: {},
  ZeroPadding2D: {},
};

/** Activations of tfjs by Keras's names. Its `hard_sigmoid` is another function than tfjs's, and so is missing. */
const ACTIVATIONS: Readonly<Record<string, string>> = {
  elu: 'elu',
  linear: 'linear',
  mish: 'mish',
  relu: 'relu',
  relu6: 'relu6',
  selu: 'selu',
  sigmoid: 'sigmoid',
  softmax: 'softmax',
  softplus: 'softplus',
  softsign: 'softsign',
  swish: 'silu',
  tanh: 'tanh',
};

/** What only training from scratch would need, and differs between the libraries. */
const LEFT_OUT =
  /(Initializer|Regularizer|Constraint|_initializer|_regularizer|_constraint)$|^(name|dtype|batchInputShape)$/;

/**
 * A layer's class and settings as Keras 3 reads them. How weights were initialised, and what pulled at them in training, is
 * left out.
 *
 * @param name the layer's name in the file
 * @throws GraftError `bad-input` for a layer or an activation that would mean another thing there
 */
export function kerasLayer(node: NetworkNode, name: string): { readonly kind: string; readonly config: Config } {
  const renamed = LAYERS[node.kind];
  if (renamed === undefined) {
    throw refused(node, 'has no counterpart here', `These can be exported: ${Object.keys(LAYERS).join(', ')}.`);
  }
  const config: Record<string, unknown> = { name, dtype: 'float32' };
  for (const [key, value] of Object.entries(node.layer.getConfig())) {
    if (LEFT_OUT.test(key) || value === null || value === undefined) continue;
    const spelled = key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    config[renamed[spelled] ?? spelled] = value;
  }
  if (typeof config['activation'] === 'string') {
    const activation = ACTIVATIONS[config['activation']];
    if (activation === undefined) {
      const expected = `One of ${Object.keys(ACTIVATIONS).join(', ')} was expected.`;
      throw refused(node, `has the activation "${config['activation']}", which Keras 3 computes otherwise`, expected);
    }
    config['activation'] = activation;
  }
  if (config['data_format'] !== undefined) config['data_format'] = 'channels_last';
  // tfjs-layers 4.22 computes depthwise layers without their dilation; the file says what the model does.
  if (node.kind === 'DepthwiseConv2D') config['dilation_rate'] = [1, 1];
  return { kind: node.kind, config };
}

function refused({ path, kind }: NetworkNode, what: string, expected: string): GraftError {
  return new GraftError({
    code: 'bad-input',
    what: `The layer "${path}" (${kind}) ${what}.`,
    expected,
    remedy: 'Export to tfjs or safetensors instead, or leave the layer out.',
  });
}
