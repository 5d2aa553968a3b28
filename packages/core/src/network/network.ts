import type * as tf from '@tensorflow/tfjs-core';
import type * as layers from '@tensorflow/tfjs-layers';

/** A tfjs layer, whatever its class. */
export type Layer = layers.layers.Layer;

/** A tensor's shape with `null` for a dimension that is not fixed, such as the batch. */
export type Shape = readonly (number | null)[];

/** A tensor that flows through a network: a number, unique within it and kept by its subnetworks. */
export type Slot = number;

export interface SlotInfo {
  /** Batch first, e.g. [null, 28, 28, 1]. */
  readonly shape: Shape;
  readonly dtype: tf.DataType;
}

/** One call of a layer. A layer that is shared has several nodes. */
export interface NetworkNode {
  /**
   * The layer's name, prefixed with the names of the models it is nested in (`backbone/conv1`). A second call of a
   * shared layer gets a suffix (`conv1#2`). Unique within the network.
   */
  readonly path: string;
  readonly layer: Layer;
  /** The tfjs class name, e.g. `Conv2D`. */
  readonly kind: string;
  readonly inputs: readonly Slot[];
  readonly outputs: readonly Slot[];
  /** Names of the weights that this node reads (see `NetworkWeight.name`). */
  readonly weights: readonly string[];
}

/** A weight of a network's layer, live: its variable holds what training changes. */
export interface NetworkWeight {
  /** `<path of the layer's first node>/<weight>`, e.g. `conv1/kernel`. Unique within the network. */
  readonly name: string;
  readonly layer: Layer;
  readonly shape: readonly number[];
  /** True for what is never trained by gradients, such as BatchNorm's moving statistics. */
  readonly statistic: boolean;
  readonly variable: tf.Variable;
}

/**
 * A tfjs-layers model as a flat graph over its live layers: nested models are opened, input layers dropped, nodes in
 * an order in which each comes after all that it reads.
 *
 * It is a description, not a copy: weights are the model's own. Parts of a network (`subnetwork`) are networks too,
 * and `buildModel` makes a tfjs model of any of them.
 */
export interface Network {
  readonly inputs: readonly Slot[];
  readonly outputs: readonly Slot[];
  readonly nodes: readonly NetworkNode[];
  readonly weights: readonly NetworkWeight[];
  readonly slots: ReadonlyMap<Slot, SlotInfo>;
}

/** What is known of a slot. Every slot that a network mentions is in its map. */
export function slotInfo(network: Network, slot: Slot): SlotInfo {
  return network.slots.get(slot) ?? { shape: [], dtype: 'float32' };
}

/** The node whose path is `path`, or undefined. */
export function nodeAt(network: Network, path: string): NetworkNode | undefined {
  return network.nodes.find((node) => node.path === path);
}

/** How many numbers a set of weights holds. */
export function parameterCount(weights: readonly NetworkWeight[]): number {
  return weights.reduce((sum, weight) => sum + weight.shape.reduce((product, size) => product * size, 1), 0);
}
