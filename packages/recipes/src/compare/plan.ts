import {
  GraftError,
  type ActiveBackend,
  type ExperimentRecord,
  type Progress,
  type RunRecord,
  type Store,
} from '@graft-ml/core';
import type { Dataset } from '@graft-ml/datasets';
import type { TrainEvent } from '@graft-ml/train';
import type { CutPoint } from '@graft-ml/transfer';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { Budget, FeatureStorage, Recipe } from '../recipe.js';
import type { Cell } from './cell.js';
import { DEFAULT_FRACTION, type TuneOptions } from './tune.js';

export type CompareEvent =
  | { readonly type: 'trial'; readonly cell: Cell }
  | { readonly type: 'run-start'; readonly cell: Cell; readonly index: number; readonly total: number }
  | { readonly type: 'train'; readonly cell: Cell; readonly event: TrainEvent }
  | { readonly type: 'progress'; readonly cell: Cell; readonly progress: Progress }
  | {
      readonly type: 'run-end';
      readonly cell: Cell;
      readonly run: RunRecord;
      readonly index: number;
      readonly total: number;
    };

/** A backbone that is compared. */
export interface CompareSource {
  readonly name: string;
  readonly model: LayersModel;
  /** A fraction, or null when the source was not evaluated on its own task. */
  readonly testAccuracy: number | null;
  readonly defaultCut?: CutPoint;
  /** The target's examples in the form that this backbone takes, such as pictures of its size; default: the comparison's. */
  readonly target?: { readonly train: Dataset; readonly test: Dataset };
}

/** Examples that validate unless told otherwise. */
export const DEFAULT_WATCHED = 500;

/** Watch how fast a recipe learns, on training examples that are not among the labelled ones. */
export interface WatchOptions {
  /** The validation accuracy, a fraction, that epochs are counted to. */
  readonly accuracy: number;
  /** How many examples validate after each epoch. Default 500. */
  readonly examples?: number;
}

export interface CompareOptions {
  /** One backbone, or several with names of their own. */
  readonly source: CompareSource | readonly CompareSource[];
  readonly target: { readonly name: string; readonly train: Dataset; readonly test: Dataset };
  readonly recipes: readonly Recipe[];
  /** Label counts; `all` is the whole training set. */
  readonly labels: readonly (number | 'all')[];
  readonly seeds: readonly number[];
  /** What a run may use at a label count. Default: the seed experiment's (`defaultBudget`). */
  readonly budget?: (labels: number) => Budget;
  /** Choose each recipe's numbers by validation on a part of the labelled examples. Default: the recipes' own choices. */
  readonly tune?: TuneOptions;
  /** Count epochs to an accuracy. Costs a validation each epoch, and changes nothing else. Default: none. */
  readonly watch?: WatchOptions;
  /** Where each finished run is kept at once; a comparison that was interrupted goes on from there. */
  readonly store?: Store;
  /** See `RecipeTask`. */
  readonly features?: FeatureStorage;
  /** Run nothing: the record holds the runs that are in the store already, and says how many are missing. */
  readonly finishedOnly?: boolean;
  readonly backend: ActiveBackend;
  readonly graftVersion: string;
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: CompareEvent) => void;
}

/** The backbones of a comparison. */
export function sourcesOf({ source }: CompareOptions): readonly CompareSource[] {
  return isList(source) ? source : [source];
}

/** What a record says of its sources. */
export function sourceRecords(
  sources: readonly CompareSource[],
  fingerprints: ReadonlyMap<string, string>,
): Pick<ExperimentRecord, 'source' | 'backbones'> {
  const records = sources.map(({ name, testAccuracy }) => {
    const fingerprint = fingerprints.get(name);
    return { name, testAccuracy, ...(fingerprint === undefined ? {} : { fingerprint }) };
  });
  const [first] = records;
  if (first !== undefined && records.length === 1) return { source: first };
  return { source: { name: records.map(({ name }) => name).join(', '), testAccuracy: null }, backbones: records };
}

/** @throws GraftError `bad-input` for an empty or impossible plan */
export function checkPlan(options: CompareOptions): void {
  const { recipes, labels, seeds, target, tune, watch } = options;
  const fraction = tune?.fraction ?? DEFAULT_FRACTION;
  const rates = tune?.learningRates ?? [1];
  if (!(fraction > 0 && fraction < 1) || rates.length === 0 || !rates.every((rate) => rate > 0)) {
    refuse(
      `Tuning has the fraction ${fraction} and the learning rates ${rates.join(', ')}.`,
      'A fraction between 0 and 1 and rates above 0 were expected.',
    );
  }
  if (watch !== undefined && !(watch.accuracy > 0 && watch.accuracy <= 1 && (watch.examples ?? 1) >= 1)) {
    refuse(
      `Epochs are to be counted to an accuracy of ${watch.accuracy} on ${watch.examples ?? DEFAULT_WATCHED} examples.`,
      'A fraction above 0 and at most 1, and at least one example, were expected.',
    );
  }
  const sources = sourcesOf(options);
  for (const [name, list] of Object.entries({ recipes, labels, seeds, source: sources })) {
    if (list.length === 0) refuse(`The comparison has no ${name}.`, 'At least one was expected.');
  }
  if (new Set(sources.map(({ name }) => name)).size < sources.length) {
    refuse(
      `Two of the sources ${sources.map(({ name }) => name).join(', ')} have one name.`,
      'Names of their own were expected.',
    );
  }
  if (options.finishedOnly === true && options.store === undefined) {
    refuse('Finished runs were asked for, without a store.', 'The store in which runs are kept was expected.');
  }
  for (const own of sources) {
    const { train, test } = own.target ?? target;
    if (train.size !== target.train.size || test.size !== target.test.size) {
      refuse(
        `${own.name} has ${train.size} + ${test.size} examples of ${target.name}, which has ${target.train.size} + ${target.test.size}.`,
        'The same examples for every backbone were expected.',
      );
    }
  }
  for (const count of labels) {
    if (count === 'all') continue;
    if (!Number.isSafeInteger(count) || count < 1 || count > target.train.size) {
      refuse(
        `${count} labels were asked for.`,
        `A whole number from 1 to the ${target.train.size} training examples of ${target.name} was expected.`,
        'Use `all` for the whole training set.',
      );
    }
  }
}

function refuse(what: string, expected: string, remedy?: string): never {
  throw new GraftError({ code: 'bad-input', what, expected, ...(remedy === undefined ? {} : { remedy }) });
}

function isList(source: CompareSource | readonly CompareSource[]): source is readonly CompareSource[] {
  return Array.isArray(source);
}
