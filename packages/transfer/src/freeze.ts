import type { Network, NetworkWeight } from '@graft-ml/core';
import { selectNodes, type Selector } from './select.js';

/** Which weights training leaves alone. Plain data beside the model; the model itself is never marked. */
export interface FreezePlan {
  /** Names of frozen weights (`NetworkWeight.name`), BatchNorm statistics included. */
  readonly frozen: ReadonlySet<string>;
}

/** The plan in which everything trains. */
export const NOTHING_FROZEN: FreezePlan = { frozen: new Set<string>() };

/**
 * Freeze the layers that a selector means, beside what `from` freezes. A frozen BatchNorm keeps its statistics and
 * normalises by them, as in Keras. A layer that is used in several places is frozen in all of them; a nested model with
 * everything in it.
 *
 * @returns a new plan; neither the network nor `from` is changed
 * @throws GraftError `not-found` when the selector matches nothing, with near names
 *
 * @example
 * ```ts
 * import { networkOf } from '@graft-ml/core';
 * import { seedCnn } from '@graft-ml/zoo';
 * import { freeze } from '@graft-ml/transfer';
 * const { frozen } = freeze(networkOf(seedCnn({ seed: 1 })), 'conv*');
 * console.log([...frozen]); // conv1/kernel, conv1/bias, conv2/kernel, conv2/bias
 * ```
 */
export function freeze(network: Network, selector: Selector, from: FreezePlan = NOTHING_FROZEN): FreezePlan {
  return { frozen: new Set([...from.frozen, ...weightsOf(network, selector)]) };
}

/**
 * Let the layers that a selector means train again.
 *
 * @returns a new plan; neither the network nor `from` is changed
 * @throws GraftError `not-found` when the selector matches nothing, with near names
 */
export function unfreeze(network: Network, selector: Selector, from: FreezePlan): FreezePlan {
  const thawed = weightsOf(network, selector);
  return { frozen: new Set([...from.frozen].filter((name) => !thawed.has(name))) };
}

/** The weights that gradients train under a plan: neither frozen nor statistics. */
export function trainableWeights(network: Network, plan: FreezePlan): NetworkWeight[] {
  return network.weights.filter((weight) => !weight.statistic && !plan.frozen.has(weight.name));
}

function weightsOf(network: Network, selector: Selector): Set<string> {
  return new Set(selectNodes(network, selector).flatMap((node) => node.weights));
}
