import { didYouMean, GraftError } from '@graft-ml/core';
import { checkNumber } from '../check-number.js';
import { refuse } from '../refuse.js';
import type { BestValidation, EarlyStopping, StopReason } from '../fit-options.js';

/** What validations are judged by, with every default filled in. */
export interface Watch {
  readonly metric: string;
  readonly mode: 'max' | 'min';
  readonly minDelta: number;
  readonly target: number | undefined;
  readonly patience: number | undefined;
}

/**
 * @param names the metrics that validations measure
 * @throws GraftError `not-found` for a metric that is not measured, `bad-input` for a patience below 1
 */
export function watchOf(stopping: EarlyStopping | undefined, names: readonly string[]): Watch {
  const metric = stopping?.metric ?? 'loss';
  if (metric !== 'loss' && !names.includes(metric)) {
    throw new GraftError({
      code: 'not-found',
      what: `Early stopping watches "${metric}", which validations do not measure.`,
      remedy: didYouMean(metric, ['loss', ...names]),
    });
  }
  const patience = stopping?.patience;
  if (patience !== undefined) checkNumber('The patience of early stopping is', patience, 'above 0 and whole');
  return {
    metric,
    mode: stopping?.mode ?? (/loss|error/i.test(metric) ? 'min' : 'max'),
    minDelta: stopping?.minDelta ?? 0,
    target: stopping?.target,
    patience,
  };
}

/** How the validations so far went. */
export interface Watched {
  readonly best: BestValidation | null;
  /** Validations in a row without an improvement. */
  readonly waited: number;
}

export interface Verdict {
  readonly watched: Watched & { readonly best: BestValidation };
  readonly improved: boolean;
  readonly stop: StopReason | null;
}

/**
 * Judge one more validation. Pure.
 *
 * @throws GraftError `bad-input` for NaN, which is neither better nor worse than anything
 */
export function judge(watch: Watch, before: Watched, now: BestValidation): Verdict {
  if (Number.isNaN(now.value)) {
    refuse(
      `The metric "${watch.metric}" of the validation after step ${now.step} is NaN.`,
      'A number was expected: watch another metric, or validate on more examples.',
    );
  }
  const sign = watch.mode === 'max' ? 1 : -1;
  const { best } = before;
  const improved = best === null || sign * (now.value - best.value) > watch.minDelta;
  const watched = { best: improved ? now : best, waited: improved ? 0 : before.waited + 1 };
  const reached = watch.target !== undefined && sign * (now.value - watch.target) >= 0;
  const tired = watch.patience !== undefined && watched.waited >= watch.patience;
  return { watched, improved, stop: reached ? 'target' : tired ? 'patience' : null };
}
