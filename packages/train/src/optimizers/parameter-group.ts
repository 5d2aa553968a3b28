import { didYouMean, GraftError, type NetworkWeight } from '@graft-ml/core';
import { checkNumber } from '../check-number.js';
import { refuse } from '../refuse.js';
import type { OptimizerSpec } from './optimizer-spec.js';

/** Weights that share a learning rate and a weight decay. Weights in no group form one of their own, `default`. */
export interface ParameterGroup {
  readonly name: string;
  /** Names of weights (`NetworkWeight.name`). Frozen ones may be among them; freezing wins. */
  readonly weights: readonly string[];
  /** Instead of the optimizer's; the schedule still multiplies it. */
  readonly learningRate?: number | undefined;
  /** Multiplies the learning rate. Default 1. */
  readonly multiplier?: number | undefined;
  /** Instead of the optimizer's. */
  readonly weightDecay?: number | undefined;
}

/** A group with its numbers settled. */
export interface TrainedGroup {
  readonly name: string;
  readonly weights: readonly NetworkWeight[];
  /** Before the schedule. */
  readonly learningRate: number;
  readonly weightDecay: number;
}

/**
 * Sort the trained weights into groups. Groups that are left without a trained weight are dropped.
 *
 * @param known every weight that a group may name
 * @throws GraftError `not-found` for a weight that does not exist, `bad-input` for one in two groups or a bad number
 */
export function trainedGroups(
  groups: readonly ParameterGroup[],
  trained: readonly NetworkWeight[],
  known: readonly NetworkWeight[],
  optimizer: OptimizerSpec,
): TrainedGroup[] {
  const names = known.map((weight) => weight.name);
  const owner = new Map<string, string>();
  for (const group of groups) {
    checkNumbers(group);
    for (const name of group.weights) {
      if (!names.includes(name)) {
        throw new GraftError({
          code: 'not-found',
          what: `The parameter group "${group.name}" names the weight "${name}", which the network does not have.`,
          remedy: didYouMean(name, names),
        });
      }
      const other = owner.get(name);
      if (other !== undefined) {
        refuse(
          `The weight "${name}" is in two parameter groups, "${other}" and "${group.name}".`,
          'Each weight may be in one group.',
        );
      }
      owner.set(name, group.name);
    }
  }
  const rest: ParameterGroup = { name: 'default', weights: names.filter((name) => !owner.has(name)) };
  return [...groups, rest].flatMap((group) => {
    const own = new Set(group.weights);
    const weights = trained.filter((weight) => own.has(weight.name));
    if (weights.length === 0) return [];
    const learningRate = (group.learningRate ?? optimizer.learningRate) * (group.multiplier ?? 1);
    return [{ name: group.name, weights, learningRate, weightDecay: group.weightDecay ?? optimizer.weightDecay }];
  });
}

function checkNumbers(group: ParameterGroup): void {
  for (const key of ['learningRate', 'multiplier', 'weightDecay'] as const)
    checkNumber(`The parameter group "${group.name}" has ${key} =`, group[key] ?? 0, 'of at least 0');
}
