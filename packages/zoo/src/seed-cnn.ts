import * as layers from '@tensorflow/tfjs-layers';
import { createRng, GraftError } from '@graft-ml/core';

/** What a head ends in: softmax for classes, sigmoid for labels that may occur together, linear for values. */
export type OutputActivation = 'softmax' | 'sigmoid' | 'linear';

interface SeedCnnCommon {
  /** Seeds every layer's initial weights; each layer has a stream of its own. */
  readonly seed: number;
  /** One example's shape [H, W, C], at least 10 × 10 pixels. Default [28, 28, 1]. */
  readonly inputShape?: readonly number[];
  /** The model's name. Default `seed-cnn`. */
  readonly name?: string;
}

export type SeedCnnOptions =
  | (SeedCnnCommon & { /** Number of classes of the softmax head. Default 10. */ readonly classes?: number })
  | (SeedCnnCommon & { readonly units: number; readonly activation: OutputActivation });

/** The smallest picture that leaves one pixel after two 3×3 convolutions and two poolings. */
const SMALLEST_SIDE = 10;

/**
 * The small convolutional network that the project started from. Layers: `conv1` (32 filters 3×3, relu), `pool1` (2×2),
 * `conv2` (64 filters 3×3, relu), `pool2` (2×2), `flatten`, `dense1` (128, relu), `head` (softmax unless told otherwise).
 * Convolutions use no padding. Kernels are Glorot-uniform (Glorot & Bengio 2010), biases zero; the weights are a
 * function of the seed alone.
 *
 * @returns a functional model [B, H, W, C] → [B, classes] float32; 225,034 parameters for the defaults
 * @throws GraftError `bad-input` for a shape that is not [H, W, C], is too small, or a head without outputs
 *
 * @example
 * ```ts
 * import { seedCnn } from '@graft-ml/zoo';
 * const model = seedCnn({ seed: 1 });
 * console.log(model.countParams()); // 225034
 * ```
 */
export function seedCnn(options: SeedCnnOptions): layers.LayersModel {
  const inputShape = checkedShape(options.inputShape ?? [28, 28, 1]);
  const { units, activation } =
    'units' in options ? options : { units: options.classes ?? 10, activation: 'softmax' as const };
  if (!Number.isSafeInteger(units) || units < 1) {
    throw new GraftError({
      code: 'bad-input',
      what: `The head of the seed CNN was asked for ${units} outputs.`,
      expected: 'A whole number of at least 1 was expected.',
    });
  }
  const rng = createRng(options.seed);
  // The stream of a kernel is named as `reinitialise` names it, so that both give the same weights for one seed.
  const weights = (layer: string): SeededWeights => ({
    name: layer,
    kernelInitializer: layers.initializers.glorotUniform({ seed: rng.fork(layer).fork('kernelInitializer').seed() }),
    biasInitializer: 'zeros',
  });
  const input = layers.input({ shape: inputShape, name: 'input' });
  const chain: layers.layers.Layer[] = [
    layers.layers.conv2d({ filters: 32, kernelSize: 3, padding: 'valid', activation: 'relu', ...weights('conv1') }),
    layers.layers.maxPooling2d({ poolSize: 2, name: 'pool1' }),
    layers.layers.conv2d({ filters: 64, kernelSize: 3, padding: 'valid', activation: 'relu', ...weights('conv2') }),
    layers.layers.maxPooling2d({ poolSize: 2, name: 'pool2' }),
    layers.layers.flatten({ name: 'flatten' }),
    layers.layers.dense({ units: 128, activation: 'relu', ...weights('dense1') }),
    layers.layers.dense({ units, activation, ...weights('head') }),
  ];
  let features: layers.SymbolicTensor = input;
  for (const layer of chain) features = applied(layer, features);
  return layers.model({ inputs: input, outputs: features, name: options.name ?? 'seed-cnn' });
}

interface SeededWeights {
  readonly name: string;
  readonly kernelInitializer: ReturnType<typeof layers.initializers.glorotUniform>;
  readonly biasInitializer: 'zeros';
}

function checkedShape(shape: readonly number[]): number[] {
  const [height = 0, width = 0, channels = 0] = shape;
  const whole = shape.every((size) => Number.isSafeInteger(size));
  if (shape.length !== 3 || !whole || height < SMALLEST_SIDE || width < SMALLEST_SIDE || channels < 1) {
    throw new GraftError({
      code: 'bad-input',
      what: `The seed CNN was asked for inputs of shape [${shape.join(', ')}].`,
      expected: `A shape [height, width, channels] of at least [${SMALLEST_SIDE}, ${SMALLEST_SIDE}, 1] was expected.`,
    });
  }
  return [height, width, channels];
}

function applied(layer: layers.layers.Layer, input: layers.SymbolicTensor): layers.SymbolicTensor {
  const output = layer.apply(input);
  if (output instanceof layers.SymbolicTensor) return output;
  throw new GraftError({ code: 'internal', what: `The layer "${layer.name}" gave no symbolic tensor.` });
}
