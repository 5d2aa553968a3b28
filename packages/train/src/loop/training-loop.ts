import { Breather, createRng, GraftError, parameterCount, throwIfCancelled } from '@graft-ml/core';
import { Checkpointer } from '../checkpoint/checkpointer.js';
import type { CheckpointEvent, TrainEvent } from '../events.js';
import type { FitOptions, TrainResult } from '../fit-options.js';
import { scheduleFactor } from '../schedules/schedule.js';
import { checkWeights } from './divergence.js';
import { ExampleOrder } from './example-order.js';
import { epochOf, planOf, type Plan } from './plan.js';
import { afterStep, FRESH_STATE, resultOf, type RunState } from './run-state.js';
import { settle } from './settle.js';
import { TrainStep } from './train-step.js';
import { WeightSnapshot } from './weight-snapshot.js';

/**
 * The training loop. Whoever pulls events drives it; leaving early (`return`) cleans up like the end does. What it adds
 * to the engine (optimizer state, best weights) is disposed in every case.
 *
 * @returns the result; undefined only when it was left early
 */
export async function* trainingLoop(options: FitOptions): AsyncGenerator<TrainEvent, TrainResult | undefined> {
  const plan = planOf(options);
  const rng = createRng(plan.seed);
  const checkpointer = await Checkpointer.of(plan);
  const thaw = markTrainable(plan);
  const trainStep = new TrainStep(plan, rng.fork('noise'));
  const free = plan.network.weights.filter((weight) => !plan.frozen.has(weight.name));
  const best = new WeightSnapshot(free);
  const tensors = { trainStep, best };
  const order = new ExampleOrder(rng.fork('shuffle'), plan.data.size, plan.batchSize);
  const breather = new Breather();
  let state: RunState = FRESH_STATE;
  let saved = -1;
  const save = async (which: Checkpointer): Promise<CheckpointEvent> => {
    await which.save(state, tensors);
    saved = state.step;
    return { type: 'checkpoint', step: state.step, name: which.name, location: which.location };
  };
  try {
    for (const follower of plan.followers) follower.start(free);
    const resumed = plan.resume ? await checkpointer?.load(tensors) : undefined;
    if (resumed !== undefined) {
      state = resumed;
      saved = resumed.step;
    }
    yield startEvent(plan, state);
    try {
      for (;;) {
        if (state.settled < state.step) {
          const settled = await settle(plan, state, best);
          state = settled.state;
          yield* settled.events;
        }
        const isOver = state.step >= plan.steps || state.stop !== null;
        if (isOver) await checkWeights(plan, state.step);
        if (checkpointer !== undefined && saved !== state.step && isDue(plan, state, isOver)) {
          if (!isOver) await checkWeights(plan, state.step);
          yield await save(checkpointer);
        }
        if (isOver) break;
        await breather.breathe();
        throwIfCancelled(plan.signal, `training, after step ${state.step} of ${plan.steps}`);
        const started = performance.now();
        const indices = order.indices(state.step);
        const losses = lossesOf(state.history, plan.validation === undefined ? 'trainLoss' : 'validationLoss');
        const factor = scheduleFactor(plan.schedule, state.step, plan.steps, losses);
        const outcome = await trainStep.run(state.step + 1, indices, factor);
        const seconds = (performance.now() - started) / 1000;
        state = afterStep(state, outcome, seconds);
        for (const follower of plan.followers) follower.afterStep(state.step, plan.steps);
        yield {
          type: 'step',
          step: state.step,
          epoch: epochOf(plan, state.step),
          ...outcome,
          learningRate: plan.optimizer.learningRate * factor,
          seconds,
          examplesPerSecond: indices.length / seconds,
        };
      }
    } catch (error) {
      if (!(error instanceof GraftError) || checkpointer === undefined) throw error;
      // At step 0 there is nothing to keep, and perhaps an older run's checkpoint to lose.
      if (error.code === 'cancelled' && state.step > 0 && saved !== state.step) yield await save(checkpointer);
      // With a lost engine went everything since the last checkpoint.
      const isResumable = error.code === 'cancelled' ? state.step > 0 : error.code === 'engine-lost' && saved > 0;
      throw isResumable ? resumable(error, checkpointer, saved) : error;
    }
    for (const follower of plan.followers) follower.finish();
    if (plan.restoreBest) best.restore();
    const result = resultOf(plan, state);
    yield { type: 'end', result };
    return result;
  } finally {
    trainStep.dispose();
    best.dispose();
    for (const follower of plan.followers) follower.dispose();
    thaw();
  }
}

function startEvent(plan: Plan, state: RunState): TrainEvent {
  return {
    type: 'start',
    steps: plan.steps,
    epochs: epochOf(plan, plan.steps),
    stepsPerEpoch: plan.stepsPerEpoch,
    examples: plan.data.size,
    parameters: parameterCount(plan.trained),
    resumedFrom: state.step,
  };
}

function isDue(plan: Plan, state: RunState, isOver: boolean): boolean {
  if (plan.checkpoint === undefined || state.step === 0) return false;
  return isOver || state.step % plan.checkpoint.everySteps === 0;
}

/**
 * `tf.variableGrads` only sees variables whose own flag says trainable. Layers leave that flag as it was when they were
 * built or last frozen, so it is set for the run and put back afterwards.
 *
 * @returns puts the flags back
 */
function markTrainable(plan: Plan): () => void {
  const flags = plan.trained.map(({ variable }) => ({ variable, was: variable.trainable }));
  for (const { variable } of flags) variable.trainable = true;
  return () => {
    for (const { variable, was } of flags) variable.trainable = was;
  };
}

/** One by one, so that a step whose schedule ignores them does not collect them. */
function* lossesOf(history: RunState['history'], which: 'trainLoss' | 'validationLoss'): Generator<number> {
  for (const { [which]: loss } of history) if (loss !== undefined) yield loss;
}

function resumable(error: GraftError, { location, name }: Checkpointer, step: number): GraftError {
  const { code, what, cause } = error;
  return new GraftError({
    code,
    what,
    remedy:
      code === 'engine-lost'
        ? `Start the engine again, build the model anew and run the same training with resume: true to go on from step ${step}, by ${location}/${name}.`
        : `A checkpoint was written to ${location}/${name}: run the same training with resume: true to go on.`,
    cause,
  });
}
