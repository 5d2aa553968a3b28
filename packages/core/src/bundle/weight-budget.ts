import * as layers from '@tensorflow/tfjs-layers';
import { GraftError } from '../errors/graft-error.js';

/**
 * Build a model while no more bytes of weights are allocated than a file can hold. A configuration may ask for a layer of
 * any size, and tfjs allocates its weights as it is built, before anything is compared with the file.
 *
 * tfjs-layers gives no way in but `Layer.addWeight`, which every layer calls for each weight before it is made; it is
 * wrapped while models are being built, and only then.
 *
 * @throws GraftError `corrupt` when the layers ask for more
 */
export function withWeightBudget<R>(mostBytes: number, from: string, work: () => Promise<R>): Promise<R> {
  // One after another: the wrapper of one build must not count, or be taken away by, another.
  const turn = last.then(() => limited(mostBytes, from, work));
  last = turn.catch(() => undefined);
  return turn;
}

let last: Promise<unknown> = Promise.resolve();

async function limited<R>(mostBytes: number, from: string, work: () => Promise<R>): Promise<R> {
  const previous = Object.getOwnPropertyDescriptor(layers.layers.Layer.prototype, 'addWeight');
  const original: unknown = previous?.value;
  if (previous === undefined || typeof original !== 'function') {
    throw new GraftError({
      code: 'unavailable',
      what: 'Layers of this TensorFlow.js have no addWeight.',
      expected: '@tensorflow/tfjs-layers 4.22.0 was expected.',
    });
  }
  let left = mostBytes;
  const checked = function checked(
    this: layers.layers.Layer,
    name: string,
    shape: unknown,
    ...rest: unknown[]
  ): unknown {
    const sizes: unknown[] = Array.isArray(shape) ? shape : [];
    left -= 4 * sizes.reduce<number>((product, size) => product * Number(size ?? 1), 1);
    if (!(left >= 0)) {
      throw new GraftError({
        code: 'corrupt',
        what: `${from} asks for a weight "${name}" of shape [${sizes.join(', ')}] in the layer "${this.name}".`,
        expected: `At most ${mostBytes} bytes of weights were expected, which is what its files hold.`,
        remedy: 'The configuration and the weights are not of one model.',
      });
    }
    return Reflect.apply(original, this, [name, shape, ...rest]);
  };
  Object.defineProperty(layers.layers.Layer.prototype, 'addWeight', { ...previous, value: checked });
  try {
    return await work();
  } finally {
    Object.defineProperty(layers.layers.Layer.prototype, 'addWeight', previous);
  }
}
