import * as tf from '@tensorflow/tfjs-core';
import * as layers from '@tensorflow/tfjs-layers';
import { GraftError } from '@graft-ml/core';
import { matrix, only, widthOf } from './vector-input.js';

type LayerArgs = ConstructorParameters<typeof layers.layers.Layer>[0];

export type CosineLayerArgs = LayerArgs & {
  readonly name?: string;
  readonly units: number;
  /** What the learnt scale starts at. */
  readonly scale: number;
  /** Seeds the directions. */
  readonly seed: number;
};

/** Lengths are kept this far from 0: features after a relu may all be 0. */
const SMALLEST = 1e-12;

/**
 * Scaled cosines between features and a learnt direction for each class: s · x/‖x‖ · w/‖w‖, from [B, D] to [B, units]. The
 * scale s is learnt too.
 */
export class CosineLayer extends layers.layers.Layer {
  static readonly className: string = 'GraftCosine';
  readonly #units: number;
  readonly #scale: number;
  readonly #seed: number;

  constructor(args: CosineLayerArgs) {
    super(args);
    this.#units = args.units;
    this.#scale = args.scale;
    this.#seed = args.seed;
  }

  override build(inputShape: layers.Shape | layers.Shape[]): void {
    const width = widthOf(inputShape, this.name);
    const directions = layers.initializers.glorotUniform({ seed: this.#seed });
    this.addWeight('kernel', [width, this.#units], 'float32', directions);
    this.addWeight('scale', [1], 'float32', layers.initializers.constant({ value: this.#scale }));
    this.built = true;
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => {
      const x = only(inputs, this.name);
      const [kernel, scale] = this.weights.map((weight) => weight.read());
      if (kernel === undefined || scale === undefined) {
        throw new GraftError({ code: 'internal', what: `"${this.name}" is not built.` });
      }
      const features = tf.mul(x, tf.rsqrt(tf.maximum(tf.sum(tf.square(x), 1, true), SMALLEST)));
      const directions = tf.mul(kernel, tf.rsqrt(tf.maximum(tf.sum(tf.square(kernel), 0, true), SMALLEST)));
      return tf.mul(tf.matMul(matrix(features), matrix(directions)), scale);
    });
  }

  override computeOutputShape(inputShape: layers.Shape | layers.Shape[]): layers.Shape {
    const [batch] = inputShape;
    return [typeof batch === 'number' ? batch : null, this.#units];
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), units: this.#units, scale: this.#scale, seed: this.#seed };
  }
}
