import { didYouMean, type Network, type NetworkWeight } from '@graft-ml/core';
import type { Dataset } from '@graft-ml/datasets';
import type { Metric } from '@graft-ml/metrics';
import { checkNumber } from '../check-number.js';
import { refuse } from '../refuse.js';
import type { CheckpointOptions, FitOptions } from '../fit-options.js';
import { defaultLoss, type Loss } from '../losses/loss.js';
import { outputForm, outputUnits, type OutputForm } from '../losses/output-form.js';
import { adam, checkOptimizer, type OptimizerSpec } from '../optimizers/optimizer-spec.js';
import { trainedGroups, type TrainedGroup } from '../optimizers/parameter-group.js';
import { checkSchedule, constantSchedule, type Schedule } from '../schedules/schedule.js';
import { checkTargets, defaultMetrics } from '../targets.js';
import type { Follower } from './follower.js';
import type { Term } from './term.js';
import { watchOf, type Watch } from './watch.js';

/** Epochs of a few steps would otherwise spend more time on writing than on training. */
const MIN_STEPS_BETWEEN_CHECKPOINTS = 100;

/** `FitOptions` with every default filled in and every contradiction refused. */
export interface Plan {
  readonly network: Network;
  readonly data: Dataset;
  readonly validation: Dataset | undefined;
  readonly loss: Loss;
  readonly lossWeight: number;
  readonly terms: readonly Term[];
  readonly followers: readonly Follower[];
  readonly form: OutputForm;
  readonly units: number;
  readonly optimizer: OptimizerSpec;
  readonly groups: readonly TrainedGroup[];
  readonly trained: readonly NetworkWeight[];
  readonly frozen: ReadonlySet<string>;
  readonly schedule: Schedule;
  readonly clipNorm: number | undefined;
  readonly batchSize: number;
  readonly stepsPerEpoch: number;
  readonly steps: number;
  readonly seed: number;
  readonly metrics: readonly Metric[];
  readonly watch: Watch | undefined;
  readonly restoreBest: boolean;
  readonly validateEvery: number;
  readonly checkpoint: Required<{ [Key in keyof CheckpointOptions]: NonNullable<CheckpointOptions[Key]> }> | undefined;
  readonly resume: boolean;
  readonly signal: AbortSignal | undefined;
}

/** @throws GraftError `bad-input` or `not-found` naming the option that cannot be used */
export function planOf(options: FitOptions): Plan {
  const { network, data, validation } = options;
  const batchSize = wholeNumber('batchSize', options.batchSize ?? 32);
  if (data.size === 0) refuse(`"${data.name}" has no examples.`, 'At least one was expected.');
  if (batchSize > data.size) {
    refuse(
      `The batch size is ${batchSize}, and "${data.name}" has ${data.size} examples.`,
      `A batch size of at most ${data.size} was expected.`,
    );
  }
  if (validation?.size === 0)
    refuse(`The validation set "${validation.name}" has no examples.`, 'At least one was expected.');
  const frozen = options.frozen ?? new Set<string>();
  const trained = network.weights.filter((weight) => !weight.statistic && !frozen.has(weight.name));
  if (trained.length === 0) {
    refuse(
      `None of the network's ${network.weights.length} weights is trainable.`,
      'At least one must be left unfrozen.',
      'Unfreeze some layers, or give the network a new head.',
    );
  }
  const loss = options.loss ?? defaultLoss(data.target);
  const units = outputUnits(network);
  checkTargets(data, loss, units);
  if (validation !== undefined) checkTargets(validation, loss, units);
  const optimizer = { ...(options.optimizer ?? adam()) };
  const decayed = options.weightDecay === undefined ? optimizer : { ...optimizer, weightDecay: options.weightDecay };
  checkOptimizer(decayed);
  const schedule = options.schedule ?? constantSchedule();
  checkSchedule(schedule);
  const { clipNorm, lossWeight = 1, terms = [] } = options;
  checkNumber('lossWeight is', lossWeight, 'of at least 0');
  const paths = network.nodes.map(({ path }) => path);
  for (const path of terms.flatMap(({ watches = [] }) => watches)) {
    if (!paths.includes(path)) refuse(`A term watches "${path}".`, didYouMean(path, paths));
  }
  if (clipNorm !== undefined) checkNumber('clipNorm is', clipNorm, 'above 0');
  const stepsPerEpoch = Math.ceil(data.size / batchSize);
  const metrics = options.metrics ?? defaultMetrics(data, units);
  if (validation === undefined && (options.earlyStopping !== undefined || options.restoreBest === true)) {
    refuse('Early stopping or restoreBest was asked for without a validation set.', 'Pass validation.');
  }
  const { checkpoint, followers = [] } = options;
  if (options.restoreBest === true && followers.length > 0) {
    refuse(`restoreBest was asked for beside ${followers[0]?.name}.`, 'One of them was expected.');
  }
  if (options.resume === true && checkpoint === undefined) {
    refuse('resume was asked for without a checkpoint.', 'Pass checkpoint: { store }.');
  }
  return {
    network,
    data,
    validation,
    loss,
    lossWeight,
    terms,
    followers,
    form: outputForm(network, loss),
    units,
    optimizer: decayed,
    groups: trainedGroups(options.groups ?? [], trained, network.weights, decayed),
    trained,
    frozen,
    schedule,
    clipNorm,
    batchSize,
    stepsPerEpoch,
    steps: totalSteps(options, stepsPerEpoch),
    seed: options.seed,
    metrics,
    watch:
      validation === undefined
        ? undefined
        : watchOf(
            options.earlyStopping,
            metrics.map((metric) => metric.name),
          ),
    restoreBest: options.restoreBest ?? false,
    validateEvery:
      options.validateEvery === undefined ? stepsPerEpoch : wholeNumber('validateEvery', options.validateEvery),
    checkpoint:
      checkpoint === undefined
        ? undefined
        : {
            store: checkpoint.store,
            name: checkpoint.name ?? 'checkpoint.safetensors',
            everySteps:
              checkpoint.everySteps === undefined
                ? Math.max(stepsPerEpoch, MIN_STEPS_BETWEEN_CHECKPOINTS)
                : wholeNumber('checkpoint.everySteps', checkpoint.everySteps),
          },
    resume: options.resume ?? false,
    signal: options.signal,
  };
}

/** The epoch, counted from 1, that a step, counted from 1, belongs to. */
export function epochOf(plan: Plan, step: number): number {
  return Math.ceil(step / plan.stepsPerEpoch);
}

function totalSteps(options: FitOptions, stepsPerEpoch: number): number {
  const steps = options.steps === undefined ? Infinity : wholeNumber('steps', options.steps);
  const epochs = options.epochs === undefined ? Infinity : wholeNumber('epochs', options.epochs);
  const total = Math.min(steps, epochs * stepsPerEpoch);
  if (Number.isFinite(total)) return total;
  return refuse('Neither steps nor epochs was given.', 'One of them was expected.', 'Pass, for example, epochs: 5.');
}

function wholeNumber(name: string, value: number): number {
  return checkNumber(`${name} is`, value, 'above 0 and whole');
}
