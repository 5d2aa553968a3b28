import { GraftError, type Network } from '@graft-ml/core';
import { describeSelector, selectNodes, type Selector } from './select.js';

/** Settings that the weights of a group share; what is absent is the optimizer's own. */
export interface GroupSettings {
  /** Learning rate of this group, instead of the optimizer's. */
  readonly learningRate?: number;
  /** Factor on the optimizer's (scheduled) learning rate; 0.1 trains ten times slower. */
  readonly multiplier?: number;
  /** Decoupled weight decay per step, instead of the optimizer's. */
  readonly weightDecay?: number;
}

export interface GroupSpec extends GroupSettings {
  readonly name: string;
  readonly select: Selector;
}

/** Weights that share a learning rate and a decay. Plain data. */
export interface ParameterGroup extends GroupSettings {
  readonly name: string;
  /** Names of the weights (`NetworkWeight.name`), statistics excluded. */
  readonly weights: readonly string[];
}

/** The group of every weight that no selector means. */
export const DEFAULT_GROUP = 'default';

/**
 * Part a network's trainable weights into groups: each weight is in exactly one. What no selector means goes to a last
 * group, `default`, which has no settings of its own. Groups say nothing about freezing: frozen weights in them are
 * simply not trained.
 *
 * @throws GraftError `not-found` for a selector that matches nothing; `bad-input` for selectors that overlap, a name
 *   that is used twice or reserved, a selection without trainable weights, or settings that are negative, not finite or
 *   at odds
 *
 * @example
 * ```ts
 * import { networkOf } from '@graft-ml/core';
 * import { seedCnn } from '@graft-ml/zoo';
 * import { parameterGroups } from '@graft-ml/transfer';
 * const groups = parameterGroups(networkOf(seedCnn({ seed: 1 })), [{ name: 'backbone', select: 'conv*', multiplier: 0.1 }]);
 * console.log(groups.map((group) => group.name)); // backbone, default
 * ```
 */
export function parameterGroups(network: Network, specs: readonly GroupSpec[]): ParameterGroup[] {
  const trainable = network.weights.filter((weight) => !weight.statistic).map((weight) => weight.name);
  const owner = new Map<string, string>();
  const groups = specs.map(({ select, ...settings }, index): ParameterGroup => {
    checkName(settings.name, specs.slice(0, index));
    checkSettings(settings.name, settings);
    const meant = new Set(selectNodes(network, select).flatMap((node) => node.weights));
    const weights = trainable.filter((name) => meant.has(name));
    if (weights.length === 0) {
      throw new GraftError({
        code: 'bad-input',
        what: `The group "${settings.name}" (${describeSelector(select)}) holds no trainable weights.`,
        expected: 'A selector that means at least one layer with trainable weights was expected.',
      });
    }
    for (const weight of weights) {
      const other = owner.get(weight);
      if (other !== undefined) {
        throw new GraftError({
          code: 'bad-input',
          what: `The weight "${weight}" is in the groups "${other}" and "${settings.name}".`,
          expected: 'Selectors that do not overlap were expected.',
          remedy: 'Narrow one of the two selectors.',
        });
      }
      owner.set(weight, settings.name);
    }
    return { ...settings, weights };
  });
  const rest = trainable.filter((name) => !owner.has(name));
  return rest.length === 0 ? groups : [...groups, { name: DEFAULT_GROUP, weights: rest }];
}

function checkName(name: string, before: readonly GroupSpec[]): void {
  if (name !== DEFAULT_GROUP && name !== '' && !before.some((spec) => spec.name === name)) return;
  throw new GraftError({
    code: 'bad-input',
    what:
      name === DEFAULT_GROUP
        ? `The group name "${name}" is kept for what no selector means.`
        : `There are two groups "${name}".`,
    expected: 'Every group was expected to have a name of its own.',
  });
}

function checkSettings(name: string, { learningRate, multiplier, weightDecay }: GroupSettings): void {
  for (const [key, value] of Object.entries({ learningRate, multiplier, weightDecay })) {
    if (value === undefined || (Number.isFinite(value) && value >= 0)) continue;
    throw new GraftError({
      code: 'bad-input',
      what: `The ${key} of the group "${name}" is ${value}.`,
      expected: 'A finite number of at least 0 was expected.',
    });
  }
  if (learningRate === undefined || multiplier === undefined) return;
  throw new GraftError({
    code: 'bad-input',
    what: `The group "${name}" has both a learningRate and a multiplier.`,
    expected: 'One of the two was expected.',
  });
}
