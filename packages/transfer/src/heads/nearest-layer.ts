import * as tf from '@tensorflow/tfjs-core';
import * as layers from '@tensorflow/tfjs-layers';
import { GraftError } from '@graft-ml/core';
import { matrix, only, widthOf } from './vector-input.js';

type LayerArgs = ConstructorParameters<typeof layers.layers.Layer>[0];

export type NearestLayerArgs = LayerArgs & {
  readonly name?: string;
  /** Examples that it remembers. */
  readonly examples: number;
  /** Classes. */
  readonly units: number;
  /** k: how many of them vote. */
  readonly neighbours: number;
};

/** Shares of votes are kept this far from 0 before their logarithm is taken. */
const SMALLEST = 1e-7;

/**
 * The logarithm of the share of each class among the k nearest remembered examples, by Euclidean distance, from [B, D] to
 * [B, units]. Its weights are the examples [N, D] and their classes, one-hot [N, units]; gradients train neither.
 */
export class NearestLayer extends layers.layers.Layer {
  static readonly className: string = 'GraftNearest';
  readonly #examples: number;
  readonly #units: number;
  readonly #neighbours: number;

  constructor(args: NearestLayerArgs) {
    super(args);
    this.#examples = args.examples;
    this.#units = args.units;
    this.#neighbours = args.neighbours;
  }

  override build(inputShape: layers.Shape | layers.Shape[]): void {
    const width = widthOf(inputShape, this.name);
    const zeros = layers.initializers.zeros();
    this.addWeight('examples', [this.#examples, width], 'float32', zeros, undefined, false);
    this.addWeight('classes', [this.#examples, this.#units], 'float32', zeros, undefined, false);
    this.built = true;
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => {
      const x = matrix(only(inputs, this.name));
      const [examples, classes] = this.weights.map((weight) => weight.read());
      if (examples === undefined || classes === undefined) {
        throw new GraftError({ code: 'internal', what: `"${this.name}" is not built.` });
      }
      // ‖x − e‖² without ‖x‖², which all examples share.
      const nearness = tf.sub(
        tf.mul(tf.matMul(x, matrix(examples), false, true), 2),
        tf.reshape(tf.sum(tf.square(examples), 1), [1, -1]),
      );
      const { indices } = tf.topk(nearness, this.#neighbours);
      const votes = tf.gather(classes, tf.reshape(tf.cast(indices, 'int32'), [-1]));
      const shares = tf.mean(tf.reshape(votes, [-1, this.#neighbours, this.#units]), 1);
      return tf.log(tf.maximum(shares, SMALLEST));
    });
  }

  override computeOutputShape(inputShape: layers.Shape | layers.Shape[]): layers.Shape {
    const [batch] = inputShape;
    return [typeof batch === 'number' ? batch : null, this.#units];
  }

  override getConfig(): tf.serialization.ConfigDict {
    const config = { examples: this.#examples, units: this.#units, neighbours: this.#neighbours };
    return { ...super.getConfig(), ...config };
  }
}
