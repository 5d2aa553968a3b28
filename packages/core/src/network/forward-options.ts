import type * as tf from '@tensorflow/tfjs-core';
import type { Rng } from '../random/rng.js';
import type { NetworkNode } from './network.js';

export interface ForwardOptions {
  /**
   * Training mode: dropout is active, and a BatchNorm whose statistics are not frozen normalises by the batch and moves
   * its statistics. Default false.
   */
  readonly training?: boolean;
  /** Names of frozen weights. A BatchNorm whose `moving_mean` is among them runs in inference mode (as in Keras). */
  readonly frozen?: ReadonlySet<string>;
  /** Seeds dropout and other noise; required in training mode when the network holds such layers. */
  readonly rng?: Rng;
  /** Give the outputs before their final softmax or sigmoid. See `hasLogits`. */
  readonly logits?: boolean;
  /**
   * Told of each node once it has run, with its (first) output: to see what flows at any place. Nodes that are computed
   * together are told of as the last of them; where all are wanted, `watched` must be left out, and none are joined.
   */
  readonly onNode?: (node: NetworkNode, output: tf.Tensor) => void;
  /** Paths that `onNode` must be told of. Other nodes may be computed together. */
  readonly watched?: ReadonlySet<string>;
}
