import * as layers from '@tensorflow/tfjs-layers';
import { createRng, GraftError } from '@graft-ml/core';

type Layer = layers.layers.Layer;
type Initializer = ReturnType<typeof layers.initializers.glorotUniform>;

/**
 * Makes initialisers whose weights are a function of the seed, the layer's name and the weight alone. The streams are
 * named as core's `reinitialise` names them, so that both give the same weights for one seed.
 */
export function glorotFor(seed: number): (layer: string, weight: 'kernel' | 'depthwise') => Initializer {
  const rng = createRng(seed);
  return (layer, weight) =>
    layers.initializers.glorotUniform({ seed: rng.fork(layer).fork(`${weight}Initializer`).seed() });
}

/** Apply a layer to one symbolic tensor (or, for merge layers, to several). */
export function applied(layer: Layer, input: layers.SymbolicTensor | layers.SymbolicTensor[]): layers.SymbolicTensor {
  const output = layer.apply(input);
  if (output instanceof layers.SymbolicTensor) return output;
  throw new GraftError({ code: 'internal', what: `The layer "${layer.name}" gave no symbolic tensor.` });
}

/**
 * @throws GraftError `bad-input` for a shape that is not [H, W, C], or smaller than `least` pixels a side
 */
export function checkedPicture(
  shape: readonly number[],
  least: number,
  architecture: string,
): [number, number, number] {
  const [height = 0, width = 0, channels = 0] = shape;
  const whole = shape.every((size) => Number.isSafeInteger(size));
  if (shape.length === 3 && whole && height >= least && width >= least && channels >= 1) {
    return [height, width, channels];
  }
  throw new GraftError({
    code: 'bad-input',
    what: `${architecture} was asked for inputs of shape [${shape.join(', ')}].`,
    expected: `A shape [height, width, channels] of at least [${least}, ${least}, 1] was expected.`,
  });
}

/** @throws GraftError `bad-input` for a number of classes that is no whole number of at least 1 */
export function checkedClasses(classes: number, architecture: string): number {
  if (Number.isSafeInteger(classes) && classes >= 1) return classes;
  throw new GraftError({
    code: 'bad-input',
    what: `The head of ${architecture} was asked for ${classes} outputs.`,
    expected: 'A whole number of at least 1 was expected.',
  });
}
