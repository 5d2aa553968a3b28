import * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { decodeSafetensors, GraftError, networkOf, type NamedArray, type NetworkWeight } from '@graft-ml/core';

/** What PyTorch calls a layer's weights, by what tfjs calls them. */
const TORCH_NAMES: Readonly<Record<string, string>> = {
  kernel: 'weight',
  depthwise_kernel: 'weight',
  bias: 'bias',
  gamma: 'weight',
  beta: 'bias',
  moving_mean: 'running_mean',
  moving_variance: 'running_var',
};

export interface LoadTorchOptions {
  /** The file's name, for messages. Default `the weights`. */
  readonly from?: string;
  /** What the file calls a weight (`conv1/kernel`), where it is not PyTorch's usual name (`conv1.weight`). */
  readonly nameOf?: (weight: string) => string | undefined;
  /** Layers that keep their own weights, e.g. `['fc']` for a head of other classes. Default none. */
  readonly except?: readonly string[];
}

/**
 * Fill a model with weights that PyTorch saved as safetensors, by the layers' names: `layer1.0.conv1.weight` goes to
 * `layer1.0.conv1/kernel`. Kernels are turned from [out, in, h, w] to [h, w, in, out], dense ones from [out, in] to
 * [in, out]. Either all weights are filled or, when one is missing or of another shape, none.
 *
 * @throws GraftError `corrupt` for a damaged file, or one whose arrays do not fit the model
 *
 * @example
 * ```ts
 * import { encodeSafetensors, useBackend } from '@graft-ml/core';
 * import { cpu } from '@graft-ml/backend-cpu';
 * import * as layers from '@tensorflow/tfjs-layers';
 * import { loadTorchWeights } from '@graft-ml/zoo';
 * await useBackend(cpu());
 * const model = layers.sequential({ layers: [layers.layers.dense({ units: 1, inputShape: [2], name: 'fc' })] });
 * const file = encodeSafetensors(
 *   new Map([
 *     ['fc.weight', { shape: [1, 2], data: Float32Array.of(3, 4) }],
 *     ['fc.bias', { shape: [1], data: Float32Array.of(5) }],
 *   ]),
 * );
 * loadTorchWeights(model, file);
 * console.log(await model.getWeights()[0]?.data()); // Float32Array(2) [ 3, 4 ]
 * ```
 */
export function loadTorchWeights(model: LayersModel, file: Uint8Array, options: LoadTorchOptions = {}): void {
  const { from = 'the weights', except = [] } = options;
  const { arrays } = decodeSafetensors(file, from);
  const weights = networkOf(model).weights.filter(({ layer }) => !except.includes(layer.name));
  const found = weights.map((weight) => {
    const name = options.nameOf?.(weight.name) ?? torchName(weight.name);
    const array = arrays.get(name);
    if (array === undefined) {
      throw new GraftError({
        code: 'corrupt',
        what: `${from} has no array "${name}" for the weight "${weight.name}".`,
        expected: `It holds ${arrays.size} arrays, such as ${[...arrays.keys()].slice(0, 3).join(', ')}.`,
        remedy: 'The weights are of another architecture, or named otherwise: give nameOf.',
      });
    }
    checkShape(weight, name, array, from);
    return { weight, array };
  });
  for (const { weight, array } of found) {
    const tensor = tf.tidy(() => turned(weight, tf.tensor(array.data, [...array.shape], 'float32')));
    weight.variable.assign(tensor);
    tensor.dispose();
  }
}

function torchName(weight: string): string {
  const at = weight.lastIndexOf('/');
  const kind = weight.slice(at + 1);
  return `${weight.slice(0, at)}.${TORCH_NAMES[kind] ?? kind}`;
}

/** How PyTorch's axes are to be ordered for tfjs; undefined where they are the same. */
function axesOf(weight: NetworkWeight): number[] | undefined {
  if (weight.shape.length === 2) return [1, 0];
  if (weight.shape.length !== 4) return undefined;
  // A depthwise kernel is [channels, 1, h, w] there and [h, w, channels, 1] here.
  return weight.name.endsWith('depthwise_kernel') ? [2, 3, 0, 1] : [2, 3, 1, 0];
}

function turned(weight: NetworkWeight, array: tf.Tensor): tf.Tensor {
  const axes = axesOf(weight);
  return axes === undefined ? array : tf.transpose(array, axes);
}

function checkShape(weight: NetworkWeight, name: string, array: NamedArray, from: string): void {
  const axes = axesOf(weight) ?? weight.shape.map((_, axis) => axis);
  const shape = axes.map((axis) => array.shape[axis] ?? 0);
  if (array.shape.length === weight.shape.length && shape.join() === weight.shape.join()) return;
  throw new GraftError({
    code: 'corrupt',
    what: `"${name}" of ${from} has shape [${array.shape.join(', ')}].`,
    expected: `The weight "${weight.name}" has shape [${weight.shape.join(', ')}] in tfjs's order of axes.`,
    remedy: 'For a head of other classes name its layer in except.',
  });
}
