import type { CurvePoint } from '@graft-ml/core';
import type { StopReason, TrainResult } from '../fit-options.js';
import { epochOf, type Plan } from './plan.js';
import type { StepOutcome } from './train-step.js';
import type { Watched } from './watch.js';

/** A running mean. */
export interface Tally {
  readonly sum: number;
  readonly count: number;
}

export const EMPTY_TALLY: Tally = { sum: 0, count: 0 };

/**
 * Everything besides tensors that training needs to go on from where it is. Plain JSON; each step makes a new one, so a
 * checkpoint never sees a half-made change. Order and noise need no state: they are functions of the seed and the step.
 */
export interface RunState {
  /** Steps taken. */
  readonly step: number;
  /** The step up to which validations and curve points are done; lags behind `step` for a moment. */
  readonly settled: number;
  readonly seconds: number;
  readonly epochLoss: Tally;
  /** Losses since the last point of the curve. */
  readonly curveLoss: Tally;
  /** Accuracies since the last point of the curve; empty unless the targets are classes. */
  readonly curveAccuracy: Tally;
  readonly history: readonly CurvePoint[];
  readonly watched: Watched;
  readonly stop: StopReason | null;
}

export const FRESH_STATE: RunState = {
  step: 0,
  settled: 0,
  seconds: 0,
  epochLoss: EMPTY_TALLY,
  curveLoss: EMPTY_TALLY,
  curveAccuracy: EMPTY_TALLY,
  history: [],
  watched: { best: null, waited: 0 },
  stop: null,
};

/** The state after one more step. */
export function afterStep(state: RunState, { loss, accuracy }: StepOutcome, seconds: number): RunState {
  return {
    ...state,
    step: state.step + 1,
    seconds: state.seconds + seconds,
    epochLoss: add(state.epochLoss, loss),
    curveLoss: add(state.curveLoss, loss),
    curveAccuracy: accuracy === undefined ? state.curveAccuracy : add(state.curveAccuracy, accuracy),
  };
}

export function mean({ sum, count }: Tally): number {
  return count === 0 ? Number.NaN : sum / count;
}

export function resultOf(plan: Plan, state: RunState): TrainResult {
  return {
    steps: state.step,
    epochs: epochOf(plan, state.step),
    seconds: state.seconds,
    history: state.history,
    ...(state.watched.best === null ? {} : { best: state.watched.best }),
    stopReason: state.stop ?? 'done',
  };
}

function add(tally: Tally, value: number): Tally {
  return { sum: tally.sum + value, count: tally.count + 1 };
}
