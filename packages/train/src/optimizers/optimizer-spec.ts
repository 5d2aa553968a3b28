import { checkNumber } from '../check-number.js';

/** An optimizer as plain data, so that it goes into records and checkpoints as it is. */
export type OptimizerSpec = SgdSpec | AdamSpec | AdamWSpec;

export interface SgdSpec {
  readonly kind: 'sgd';
  readonly learningRate: number;
  /** 0 … 1; 0 keeps no state. */
  readonly momentum: number;
  readonly nesterov: boolean;
  /** L2: added to the gradient as weightDecay · weight. */
  readonly weightDecay: number;
}

interface AdamNumbers {
  readonly learningRate: number;
  readonly beta1: number;
  readonly beta2: number;
  /** Added outside the square root, as in the paper and PyTorch. */
  readonly epsilon: number;
  readonly weightDecay: number;
}

/** Weight decay is L2: added to the gradient, and so rescaled by Adam. */
export interface AdamSpec extends AdamNumbers {
  readonly kind: 'adam';
}

/** Weight decay is decoupled: weights shrink by learningRate · weightDecay, whatever the gradient. */
export interface AdamWSpec extends AdamNumbers {
  readonly kind: 'adamw';
}

/**
 * Stochastic gradient descent, with momentum as PyTorch defines it: v ← momentum·v + g, w ← w − learningRate·v; Nesterov:
 * w ← w − learningRate·(g + momentum·v).
 *
 * @throws GraftError `bad-input` for numbers out of range, or Nesterov without momentum
 */
export function sgd(options: Partial<Omit<SgdSpec, 'kind'>> = {}): SgdSpec {
  const spec: SgdSpec = { kind: 'sgd', learningRate: 0.01, momentum: 0, nesterov: false, weightDecay: 0, ...options };
  checkOptimizer(spec);
  return spec;
}

/**
 * Adam (Kingma & Ba 2015, https://arxiv.org/abs/1412.6980, algorithm 1), numerically as in PyTorch.
 *
 * @throws GraftError `bad-input` for numbers out of range
 *
 * @example
 * ```ts
 * import { adam } from '@graft-ml/train';
 * console.log(adam({ learningRate: 3e-4 }).epsilon); // 1e-8
 * ```
 */
export function adam(options: Partial<Omit<AdamSpec, 'kind'>> = {}): AdamSpec {
  const spec: AdamSpec = {
    kind: 'adam',
    learningRate: 1e-3,
    beta1: 0.9,
    beta2: 0.999,
    epsilon: 1e-8,
    weightDecay: 0,
    ...options,
  };
  checkOptimizer(spec);
  return spec;
}

/**
 * AdamW (Loshchilov & Hutter 2019, https://arxiv.org/abs/1711.05101, algorithm 2), numerically as in PyTorch.
 *
 * @throws GraftError `bad-input` for numbers out of range
 */
export function adamW(options: Partial<Omit<AdamWSpec, 'kind'>> = {}): AdamWSpec {
  const spec: AdamWSpec = {
    kind: 'adamw',
    learningRate: 1e-3,
    beta1: 0.9,
    beta2: 0.999,
    epsilon: 1e-8,
    weightDecay: 0.01,
    ...options,
  };
  checkOptimizer(spec);
  return spec;
}

/** @throws GraftError `bad-input` naming the number out of range */
export function checkOptimizer(spec: OptimizerSpec): void {
  const given = (name: string): string => `${spec.kind} was given ${name} =`;
  for (const name of ['learningRate', 'weightDecay'] as const) checkNumber(given(name), spec[name], 'of at least 0');
  if (spec.kind === 'sgd') {
    checkNumber(given('momentum'), spec.momentum, 'from 0 to below 1');
    if (spec.nesterov) checkNumber(given('nesterov and momentum'), spec.momentum, 'above 0');
    return;
  }
  for (const name of ['beta1', 'beta2'] as const) checkNumber(given(name), spec[name], 'from 0 to below 1');
  checkNumber(given('epsilon'), spec.epsilon, 'above 0');
}
