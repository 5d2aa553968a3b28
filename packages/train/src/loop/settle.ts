import type { CurvePoint } from '@graft-ml/core';
import { evaluate } from '../evaluate.js';
import type { TrainEvent, ValidationEvent } from '../events.js';
import { epochOf, type Plan } from './plan.js';
import { EMPTY_TALLY, mean, type RunState } from './run-state.js';
import { judge } from './watch.js';
import type { WeightSnapshot } from './weight-snapshot.js';

/** About how many points a learning curve has. */
const CURVE_POINTS = 100;

export interface Settled {
  readonly state: RunState;
  readonly events: readonly TrainEvent[];
}

/**
 * What is due after a step: a validation, a point of the curve, the end of an epoch. All or nothing: when it throws
 * (say, cancelled in the midst of a validation) the state is as before, and it can be done again after a resume.
 */
export async function settle(plan: Plan, before: RunState, best: WeightSnapshot): Promise<Settled> {
  const { step } = before;
  const epoch = epochOf(plan, step);
  const isLast = step >= plan.steps;
  const events: TrainEvent[] = [];
  let state: RunState = { ...before, settled: step };
  let validation: ValidationEvent | undefined;
  if (plan.validation !== undefined && plan.watch !== undefined && (isLast || step % plan.validateEvery === 0)) {
    const { loss, metrics } = await evaluate(plan.network, plan.validation, {
      loss: plan.loss,
      metrics: plan.metrics,
      signal: plan.signal,
    });
    const { metric } = plan.watch;
    const value = metric === 'loss' ? loss : (metrics[metric] ?? Number.NaN);
    const verdict = judge(plan.watch, before.watched, { step, epoch, metric, value });
    if (verdict.improved && plan.restoreBest) best.take();
    state = { ...state, watched: verdict.watched, stop: verdict.stop };
    validation = {
      type: 'validation',
      step,
      epoch,
      loss,
      metrics,
      improved: verdict.improved,
      best: verdict.watched.best,
    };
    events.push(validation);
  }
  if (validation !== undefined || isLast || step % Math.ceil(plan.steps / CURVE_POINTS) === 0) {
    state = {
      ...state,
      history: [...state.history, curvePoint(state, epoch, validation)],
      curveLoss: EMPTY_TALLY,
      curveAccuracy: EMPTY_TALLY,
    };
  }
  if (step % plan.stepsPerEpoch === 0) {
    events.push({ type: 'epoch', epoch, step, trainLoss: mean(state.epochLoss), seconds: state.seconds });
    state = { ...state, epochLoss: EMPTY_TALLY };
  }
  return { state, events };
}

function curvePoint(state: RunState, epoch: number, validation: ValidationEvent | undefined): CurvePoint {
  const accuracy = validation?.metrics['accuracy'] ?? validation?.metrics['binaryAccuracy'];
  return {
    step: state.step,
    epoch,
    trainLoss: mean(state.curveLoss),
    ...(state.curveAccuracy.count === 0 ? {} : { trainAccuracy: mean(state.curveAccuracy) }),
    ...(validation === undefined ? {} : { validationLoss: validation.loss }),
    ...(accuracy === undefined ? {} : { validationAccuracy: accuracy }),
  };
}
