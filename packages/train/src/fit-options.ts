import type { CurvePoint, Network, Store } from '@graft-ml/core';
import type { Dataset } from '@graft-ml/datasets';
import type { Metric } from '@graft-ml/metrics';
import type { Follower } from './loop/follower.js';
import type { Term } from './loop/term.js';
import type { Loss } from './losses/loss.js';
import type { OptimizerSpec } from './optimizers/optimizer-spec.js';
import type { ParameterGroup } from './optimizers/parameter-group.js';
import type { Schedule } from './schedules/schedule.js';

/** What to train, on what, and for how long. At least one of `epochs` and `steps` is needed; the shorter one counts. */
export interface FitOptions {
  /** A whole network, or only the tail of one when `data` is a features dataset. Its weights are changed in place. */
  readonly network: Network;
  readonly data: Dataset;
  /** Looked at only in validations; needed for early stopping and for `restoreBest`. */
  readonly validation?: Dataset | undefined;
  /** Default: by the target's kind; cross-entropy, binary cross-entropy or mean squared error. */
  readonly loss?: Loss | undefined;
  /** Factor on the loss beside the terms, at least 0. Default 1. */
  readonly lossWeight?: number | undefined;
  /** What is minimised beside the loss: regularisers, distillation. */
  readonly terms?: readonly Term[] | undefined;
  /** What follows the training, such as averaged weights (`@graft-ml/train/averaging`). */
  readonly followers?: readonly Follower[] | undefined;
  /** Default `adam()`. */
  readonly optimizer?: OptimizerSpec | undefined;
  readonly epochs?: number | undefined;
  /** Exactly this many steps, over as many epochs as that takes. */
  readonly steps?: number | undefined;
  /** Examples a step; the last batch of an epoch may be smaller. Default 32. */
  readonly batchSize?: number | undefined;
  /** Fixes the order of examples and all noise, such as dropout. */
  readonly seed: number;
  /** Names of weights that do not train. Names that the network does not have are ignored (they may be its trunk's). */
  readonly frozen?: ReadonlySet<string> | undefined;
  readonly groups?: readonly ParameterGroup[] | undefined;
  /** Default constant. */
  readonly schedule?: Schedule | undefined;
  /** Overrides the optimizer's; groups may override it again. */
  readonly weightDecay?: number | undefined;
  /** Largest global norm of the gradients; larger ones are scaled down. Default none. */
  readonly clipNorm?: number | undefined;
  /** What validations measure beside the loss. Default by the target's kind: accuracy, binary accuracy, or mean absolute error. */
  readonly metrics?: readonly Metric[] | undefined;
  readonly earlyStopping?: EarlyStopping | undefined;
  /** At the end, put back the weights of the best validation. Best by `earlyStopping.metric`, else by the loss. */
  readonly restoreBest?: boolean | undefined;
  /** Steps between validations. Default: at the end of each epoch. The last step is always followed by one. */
  readonly validateEvery?: number | undefined;
  readonly checkpoint?: CheckpointOptions | undefined;
  /** Go on from the checkpoint if there is one; otherwise start from the beginning. */
  readonly resume?: boolean | undefined;
  /** Stops training after the step under way: a checkpoint is written if configured, then `cancelled` is thrown. */
  readonly signal?: AbortSignal | undefined;
}

/** When to stop before the last step. */
export interface EarlyStopping {
  /** `loss`, or the name of one of the metrics. */
  readonly metric: string;
  /** Whether larger or smaller is better. Default: by name; smaller for losses and errors. */
  readonly mode?: 'max' | 'min' | undefined;
  /** Stop as soon as a validation reaches this value. */
  readonly target?: number | undefined;
  /** Stop after this many validations in a row without an improvement. Default: never. */
  readonly patience?: number | undefined;
  /** Improvements must be larger than this. Default 0. */
  readonly minDelta?: number | undefined;
}

export interface CheckpointOptions {
  readonly store: Store;
  /** The file's name in the store. Default `checkpoint.safetensors`. */
  readonly name?: string | undefined;
  /** Steps between checkpoints. Default: one epoch, but at least 100. One is also written at the end and on cancellation. */
  readonly everySteps?: number | undefined;
}

/** What came of a training. */
export interface TrainResult {
  readonly steps: number;
  /** Epochs begun. */
  readonly epochs: number;
  /** Time spent in training steps (batches, gradients, updates), over all resumed parts; not in validations. */
  readonly seconds: number;
  readonly history: readonly CurvePoint[];
  /** The best validation; absent without a validation set. */
  readonly best?: BestValidation;
  readonly stopReason: StopReason;
}

export interface BestValidation {
  readonly step: number;
  readonly epoch: number;
  readonly metric: string;
  readonly value: number;
}

/** `done`: all steps were taken; `target`: the metric reached its target; `patience`: it stopped improving. */
export type StopReason = 'done' | 'target' | 'patience';
