import type { OnProgress } from '@graft-ml/core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { Dataset } from '@graft-ml/datasets';
import type { ExtractOptions } from '@graft-ml/datasets/features';
import type { CheckpointOptions, TrainEvent, TrainResult } from '@graft-ml/train';
import type { CutPoint } from '@graft-ml/transfer';
import type { Phase } from './phase.js';

/** How much training a run may use. Give steps or epochs. */
export interface Budget {
  readonly steps?: number;
  readonly epochs?: number;
  /** Examples per step; lowered to the number of examples when there are fewer. */
  readonly batchSize: number;
  /** Adam's learning rate. */
  readonly learningRate: number;
}

/** How the features of a frozen trunk are held while its tail is trained. */
export type FeatureStorage = Pick<ExtractOptions, 'store' | 'memoryLimit' | 'keepSmall'>;

/** What a recipe is asked to do. It never sees test data. */
export interface RecipeTask {
  /** The pretrained source model. It is not changed. */
  readonly source: LayersModel;
  /** The labelled target examples. */
  readonly train: Dataset;
  readonly validation?: Dataset;
  /** Fixes new weights, the order of examples and dropout. */
  readonly seed: number;
  readonly budget: Budget;
  /** Where the source's own entry suggests to cut, e.g. `flatten` for the seed CNN. */
  readonly defaultCut?: CutPoint;
  /** Numbers that a recipe lets be chosen, by the names in its `settings`; what is absent is the recipe's own choice. */
  readonly settings?: Readonly<Record<string, number>>;
  /** Changes each phase before it is trained: how `+cosine` and the other modifiers reach into a recipe. */
  readonly adjust?: (phase: Phase) => Phase;
  /** Where features that are too many for memory go, and how many that is. Default: more than 1 GiB are refused. */
  readonly features?: FeatureStorage;
  /** One weight ≥ 0 a class, which its examples count by: see `classBalance` in `@graft-ml/datasets/inspect`. */
  readonly classWeights?: readonly number[];
  /**
   * How many views of each example `train` holds, one set of all after another as `augmentedViews` gives them; default 1. Recipes
   * that part the examples keep the views of one together.
   */
  readonly views?: number;
  /** Where training saves what a resumed run starts from. */
  readonly checkpoint?: CheckpointOptions;
  /** Go on from the checkpoint if there is one. */
  readonly resume?: boolean;
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: TrainEvent) => void;
  readonly onProgress?: OnProgress;
}

export interface RecipeOutcome {
  /** The adapted model, whole (backbone and head). The caller owns it and disposes it. */
  readonly model: LayersModel;
  /** Names of the weights that were frozen. */
  readonly frozen: ReadonlySet<string>;
  readonly trainableParameters: number;
  readonly totalParameters: number;
  readonly result: TrainResult;
  /** Wall time in seconds of training, feature extraction included. */
  readonly trainSeconds: number;
}

/**
 * A whole way of transferring: from a source model and labelled target data to an adapted model. A recipe is a plain
 * function over the public pieces of the other packages.
 */
export interface Recipe {
  /** The name in tables and on the command line, e.g. `fine-tune`. */
  readonly name: string;
  /** One sentence for people. */
  readonly summary: string;
  /** Numbers worth tuning, with the values to try, the recipe's own choice first. The learning rate is always one. */
  readonly settings?: Readonly<Record<string, readonly number[]>>;
  /** True when no learning rate enters: the recipe solves for its weights. */
  readonly rateless?: boolean;
  /** True when the backbone stays as it is and a new head is all that is made: a backbone that cannot be trained will do. */
  readonly frozenBackbone?: boolean;
  run(task: RecipeTask): Promise<RecipeOutcome>;
}

/** A recipe's number: what the task sets, or the recipe's own choice. */
export function settingOf(task: RecipeTask, name: string, usual: number): number {
  return task.settings?.[name] ?? usual;
}
