import { GraftError, slotInfo, type Network, type NetworkNode, type Shape, type Slot } from '@graft-ml/core';
import { nodeMessage, tensorMessage, type Attributes } from './messages.js';
import type { Message } from '../../onnx/wire.js';

/**
 * Where a picture's channels are: `last` as in TensorFlow.js ([B, H, W, C]), `first` as ONNX wants them ([B, C, H, W]).
 * Tensors of any other rank are the same in both.
 */
export type Layout = 'first' | 'last';

const OTHER: Readonly<Record<Layout, Layout>> = { first: 'last', last: 'first' };
const TRANSPOSITION: Readonly<Record<Layout, readonly number[]>> = { first: [0, 3, 1, 2], last: [0, 2, 3, 1] };

/** A weight in plain memory. */
export interface HeldWeight {
  /** Its name in the network, which is also its initializer's. */
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** An ONNX graph that grows with the nodes of a network. */
export class OnnxGraph {
  readonly nodes: Message[] = [];
  readonly tensors: Message[] = [];
  readonly network: Network;
  readonly #weights: ReadonlyMap<string, HeldWeight>;
  readonly #taken = new Set<string>();
  readonly #held = new Set<string>();
  /** What each slot's tensor is called, in the layouts that there are of it. */
  readonly #slots = new Map<Slot, Partial<Record<Layout, string>>>();

  constructor(network: Network, weights: ReadonlyMap<string, HeldWeight>) {
    this.network = network;
    this.#weights = weights;
  }

  shape(slot: Slot): Shape {
    return slotInfo(this.network, slot).shape;
  }

  /** A name like this one that no tensor has. */
  fresh(name: string): string {
    let free = name;
    for (let copy = 2; this.#taken.has(free); copy++) free = `${name}_${copy}`;
    this.#taken.add(free);
    return free;
  }

  /** The name of a slot's tensor, transposed if there is none in this layout yet. */
  tensor(slot: Slot, layout: Layout): string {
    const names = this.#slots.get(slot) ?? {};
    const found = names[layout];
    if (found !== undefined) return found;
    const other = names[OTHER[layout]];
    if (other === undefined) throw new GraftError({ code: 'internal', what: `Slot ${slot} has no tensor yet.` });
    if (this.shape(slot).length !== 4) return other;
    const name = this.add('Transpose', `${other}/${layout}`, [other], { perm: TRANSPOSITION[layout] });
    this.#slots.set(slot, { ...names, [layout]: name });
    return name;
  }

  /** The layout that a slot's tensor has already, `first` if it has both. */
  layoutOf(slot: Slot): Layout {
    return this.#slots.get(slot)?.first === undefined ? 'last' : 'first';
  }

  /** Say what a slot's tensor is called. */
  give(slot: Slot | undefined, name: string, layout: Layout): void {
    if (slot !== undefined) this.#slots.set(slot, { [layout]: name });
  }

  /** Add a node. @returns its output's name: `name`, or one like it */
  add(operator: string, name: string, inputs: readonly string[], attributes: Attributes = {}): string {
    const output = this.fresh(name);
    this.nodes.push(nodeMessage(operator, output, inputs, output, attributes));
    return output;
  }

  /** Hold a constant, once for each name. */
  constant(name: string, dims: readonly number[], data: Float32Array | BigInt64Array): string {
    if (!this.#held.has(name)) {
      this.tensors.push(tensorMessage(name, dims, data));
      this.#held.add(name);
      this.#taken.add(name);
    }
    return name;
  }

  /** Hold a single number. */
  scalar(value: number): string {
    return this.constant(`const/${value}`, [], Float32Array.of(value));
  }

  /** A weight of a node by tfjs's own name for it, such as `kernel`; undefined when it has none of that name. */
  weight(node: NetworkNode, name: string): HeldWeight | undefined {
    const full = node.weights.find((each) => each.endsWith(`/${name}`));
    return full === undefined ? undefined : this.#weights.get(full);
  }

  /** Hold a weight as it is. */
  hold({ name, shape, data }: HeldWeight): string {
    return this.constant(name, shape, data);
  }
}
