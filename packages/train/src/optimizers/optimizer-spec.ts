import { GraftError } from '@graft-ml/core';

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
  const need = (ok: boolean, name: string, value: unknown, expected: string): void => {
    if (!ok)
      throw new GraftError({ code: 'bad-input', what: `${spec.kind} was given ${name} = ${String(value)}.`, expected });
  };
  need(
    spec.learningRate >= 0 && Number.isFinite(spec.learningRate),
    'learningRate',
    spec.learningRate,
    'A number of at least 0 was expected.',
  );
  need(
    spec.weightDecay >= 0 && Number.isFinite(spec.weightDecay),
    'weightDecay',
    spec.weightDecay,
    'A number of at least 0 was expected.',
  );
  if (spec.kind === 'sgd') {
    need(
      spec.momentum >= 0 && spec.momentum < 1,
      'momentum',
      spec.momentum,
      'A number from 0 to below 1 was expected.',
    );
    need(!spec.nesterov || spec.momentum > 0, 'nesterov', spec.nesterov, 'Nesterov needs a momentum above 0.');
    return;
  }
  need(spec.beta1 >= 0 && spec.beta1 < 1, 'beta1', spec.beta1, 'A number from 0 to below 1 was expected.');
  need(spec.beta2 >= 0 && spec.beta2 < 1, 'beta2', spec.beta2, 'A number from 0 to below 1 was expected.');
  need(spec.epsilon > 0, 'epsilon', spec.epsilon, 'A number above 0 was expected.');
}
