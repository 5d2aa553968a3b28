import {
  environmentOf,
  throwIfCancelled,
  type ExperimentRecord,
  type RunRecord,
  type TrialRecord,
} from '@graft-ml/core';
import type { Recipe } from '../recipe.js';
import { cellsOf, type Cell } from './cell.js';
import { defaultBudget } from './default-budget.js';
import { FinishedCells, modelFingerprint } from './finished-cells.js';
import {
  checkPlan,
  DEFAULT_WATCHED,
  sourceRecords,
  sourcesOf,
  type CompareOptions,
  type CompareSource,
} from './plan.js';
import { runSchema, trialSchema } from './record-schemas.js';
import { runCell, runTrial, type CellContext } from './run-cell.js';
import { summarise } from './summarise.js';
import { DEFAULT_FRACTION, tuned } from './tune.js';

type Settings = Readonly<Record<string, number>>;

/**
 * Run recipes × label counts × seeds × backbones and compare them: every recipe of a seed gets the same labelled examples, the
 * same budget and one look at the test data. The record says where a recipe did worse than scratch (negative transfer).
 *
 * @throws GraftError `bad-input` for an empty or impossible plan, `cancelled` when the signal fires
 */
export async function compare(options: CompareOptions): Promise<ExperimentRecord> {
  const startedAt = new Date();
  checkPlan(options);
  return new Comparison(options, await fingerprintsOf(options)).record(startedAt);
}

/** Names of the sources, with the sha256 of their weights. */
async function fingerprintsOf(options: CompareOptions): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const { name, model } of sourcesOf(options)) found.set(name, await modelFingerprint(model));
  return found;
}

class Comparison {
  readonly #options: CompareOptions;
  readonly #fingerprints: ReadonlyMap<string, string>;
  readonly #sources: readonly CompareSource[];
  readonly #recipes: ReadonlyMap<string, Recipe>;
  readonly #finished = new Map<string, FinishedCells>();
  readonly #trials: TrialRecord[] = [];
  /** What tuning chose; undefined where its trials are not finished and nothing is to be run. */
  readonly #chosen = new Map<string, Settings | undefined>();

  constructor(options: CompareOptions, fingerprints: ReadonlyMap<string, string>) {
    this.#options = options;
    this.#fingerprints = fingerprints;
    this.#sources = sourcesOf(options);
    this.#recipes = new Map(options.recipes.map((recipe) => [recipe.name, recipe]));
  }

  async record(startedAt: Date): Promise<ExperimentRecord> {
    const { target, labels, seeds, signal, onEvent, tune, watch, backend, graftVersion } = this.#options;
    const counts = [...new Set(labels.map((count) => (count === 'all' ? target.train.size : count)))].sort(
      (a, b) => a - b,
    );
    const backbones = this.#sources.length > 1 ? this.#sources.map(({ name }) => name) : [];
    const planned = cellsOf([...this.#recipes.keys()], counts, [...new Set(seeds)], backbones);
    const runs: RunRecord[] = [];
    for (const [index, cell] of planned.entries()) {
      throwIfCancelled(signal, `comparing, after ${index} of ${planned.length} runs`);
      onEvent?.({ type: 'run-start', cell, index, total: planned.length });
      const run = await this.#run(cell);
      if (run === undefined) continue;
      runs.push(run);
      onEvent?.({ type: 'run-end', cell, run, index, total: planned.length });
    }
    const missing = planned.length - runs.length;
    return {
      format: 'graft-experiment',
      formatVersion: 1,
      ...sourceRecords(this.#sources, this.#fingerprints),
      target: {
        name: target.name,
        fingerprint: await target.train.fingerprint(),
        testFingerprint: await target.test.fingerprint(),
        trainExamples: target.train.size,
        testExamples: target.test.size,
        labels: target.test.target.kind === 'values' ? target.test.target.names : target.test.target.labels,
      },
      rows: summarise(runs, target.test.size, watch?.accuracy),
      runs,
      ...(missing === 0 ? {} : { missingRuns: missing }),
      ...(watch === undefined ? {} : { targetAccuracy: watch.accuracy }),
      ...(tune === undefined ? {} : { trials: this.#trials }),
      environment: environmentOf(backend, graftVersion, startedAt),
    };
  }

  /** @returns undefined when the run is not finished and nothing is to be run */
  async #run(plain: Cell): Promise<RunRecord | undefined> {
    const recipe = this.#recipes.get(plain.recipe);
    if (recipe === undefined) return undefined;
    const { tune, finishedOnly } = this.#options;
    let cell = plain;
    if (tune !== undefined) {
      const settings = await this.#settings(recipe, plain);
      if (settings === undefined) return undefined;
      cell = { ...plain, settings };
    }
    const context = this.#contextOf(cell);
    const identity = { cell: nameless(cell), budget: context.budget, ...watched(context) };
    const finished = await this.#finishedOf(cell);
    const kept = await finished.kept(identity, runSchema);
    if (kept === undefined && finishedOnly === true) return undefined;
    const run = kept ?? (await finished.keep(identity, await runCell(recipe, cell, context)));
    return cell.backbone === undefined ? run : { ...run, backbone: cell.backbone };
  }

  /** What tuning chooses for a recipe at a label count; every seed gets the same. */
  async #settings(recipe: Recipe, { labels, backbone }: Cell): Promise<Settings | undefined> {
    const { tune, seeds, signal, onEvent, finishedOnly } = this.#options;
    const key = JSON.stringify([labels, recipe.name, backbone]);
    if (tune === undefined || this.#chosen.has(key)) return this.#chosen.get(key);
    const { learningRates, fraction = DEFAULT_FRACTION } = tune;
    const best = await tuned(recipe, learningRates, async (settings) => {
      const tried: TrialRecord[] = [];
      for (const seed of new Set(seeds)) {
        throwIfCancelled(signal, `tuning ${recipe.name}`);
        const cell: Cell = {
          recipe: recipe.name,
          labels,
          seed,
          ...(backbone === undefined ? {} : { backbone }),
          settings,
        };
        onEvent?.({ type: 'trial', cell });
        const context = this.#contextOf(cell);
        const identity = { trial: nameless(cell), budget: context.budget, fraction };
        const finished = await this.#finishedOf(cell);
        const kept = await finished.kept(identity, trialSchema);
        if (kept === undefined && finishedOnly === true) return undefined;
        tried.push(kept ?? (await finished.keep(identity, await runTrial(recipe, cell, context, fraction))));
      }
      this.#trials.push(...tried);
      return tried;
    });
    this.#chosen.set(key, best);
    return best;
  }

  #sourceOf({ backbone }: Cell): CompareSource {
    const found = this.#sources.find(({ name }) => backbone === undefined || name === backbone);
    if (found === undefined) throw new RangeError(`There is no source "${backbone}".`);
    return found;
  }

  #contextOf(cell: Cell): CellContext {
    const { target, budget = defaultBudget, features, signal, onEvent, watch } = this.#options;
    const source = this.#sourceOf(cell);
    const { train, test } = source.target ?? target;
    return {
      source: source.model,
      ...(source.defaultCut === undefined ? {} : { defaultCut: source.defaultCut }),
      train,
      test,
      budget: budget(cell.labels),
      ...(features === undefined ? {} : { features }),
      ...(watch === undefined ? {} : { watch: watch.examples ?? DEFAULT_WATCHED }),
      ...(signal === undefined ? {} : { signal }),
      onEvent: (event) => onEvent?.({ type: 'train', cell, event }),
      onProgress: (progress) => onEvent?.({ type: 'progress', cell, progress }),
    };
  }

  /** The finished cells of a cell's source: they depend on its weights and its form of the data. */
  async #finishedOf(cell: Cell): Promise<FinishedCells> {
    const { target, store, backend, graftVersion } = this.#options;
    const source = this.#sourceOf(cell);
    const known = this.#finished.get(source.name);
    if (known !== undefined) return known;
    const { train, test } = source.target ?? target;
    const finished = new FinishedCells(store, {
      source: this.#fingerprints.get(source.name) ?? '',
      defaultCut: source.defaultCut ?? null,
      train: await train.fingerprint(),
      test: await test.fingerprint(),
      backend: backend.name,
      graftVersion,
    });
    this.#finished.set(source.name, finished);
    return finished;
  }
}

/** A backbone's weights tell it apart, not what a comparison calls it. */
function nameless({ backbone: _backbone, ...cell }: Cell): Omit<Cell, 'backbone'> {
  return cell;
}

function watched({ watch }: CellContext): { readonly watch?: number } {
  return watch === undefined ? {} : { watch };
}
