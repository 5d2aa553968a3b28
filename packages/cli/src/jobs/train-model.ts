import { join } from 'node:path';
import {
  environmentOf,
  GraftError,
  MODEL_FILE,
  networkOf,
  type CurvePoint,
  type DataRecord,
  type EnvironmentRecord,
} from '@graft-ml/core';
import { writeAtomic } from '@graft-ml/core/node';
import { dataEntry, type Dataset } from '@graft-ml/datasets';
import { recipe, type Budget } from '@graft-ml/recipes';
import { evaluate } from '@graft-ml/train';
import type { Session } from '../context.js';
import type { EngineOptions, DataOptions, BudgetOptions } from '../options/common.js';
import { budgetFrom } from '../support/budget.js';
import { openRunFolder, type RunFolder } from '../support/interrupted-run.js';
import { assertLabelCount } from '../support/label-count.js';
import { loadNamed } from '../support/named-data.js';
import { assertFolderWritable } from '../support/output-files.js';
import { saveOutcome, withLabels } from '../support/save-outcome.js';
import { planSource, sourceModel } from '../support/source-model.js';
import { startBackend } from '../support/start-backend.js';
import { trainingProgress } from '../support/training-progress.js';
import { percent, toJson } from '../terminal/format.js';
import type { Terminal } from '../terminal/terminal.js';
import { graftVersion } from '../version.js';

export interface TrainOptions extends EngineOptions, DataOptions, BudgetOptions {
  readonly data: string;
  readonly backbone: string;
  readonly recipe: string;
  readonly out: string;
  readonly labels: number | 'all';
  readonly seed: number;
  readonly cut?: string;
  readonly sourceSteps?: number;
  readonly checkpointEvery: number;
  readonly resume?: boolean;
  readonly restart?: boolean;
  readonly json?: boolean;
}

/** `record.json`: what a run was and what came of it. Accuracies are fractions. */
export interface TrainingRecord {
  readonly format: 'graft-training';
  readonly formatVersion: 1;
  readonly recipe: string;
  readonly backbone: string;
  readonly data: DataRecord;
  /** Number of labelled training examples. */
  readonly labels: number;
  readonly seed: number;
  readonly budget: Budget;
  readonly testAccuracy: number;
  readonly testLoss: number;
  readonly trainSeconds: number;
  readonly steps: number;
  readonly trainableParameters: number;
  readonly totalParameters: number;
  readonly curve: readonly CurvePoint[];
  readonly environment: EnvironmentRecord;
}

/**
 * `graft train`. What can be known to fail is found out before training: names, options, and whether the folder can be
 * written to.
 */
export async function trainModel(options: TrainOptions, session: Session): Promise<void> {
  const { terminal, signal } = session;
  const startedAt = new Date();
  const chosen = recipe(options.cut === undefined ? options.recipe : `${options.recipe}@${options.cut}`);
  const budgetOf = budgetFrom(options);
  const { range } = dataEntry(options.data);
  const plan = await planSource(options.backbone);
  await assertFolderWritable(options.out);

  const backend = await startBackend(options.backend, session);
  const data = await loadNamed(options.data, options, session);
  assertLabelCount(options.labels, data.train.size, options.data);
  const source = await sourceModel(plan, { ...options, measure: false }, session);
  const train = withLabels(data.train, options.labels, options.seed);
  const budget = budgetOf(train.size);
  const facts = {
    recipe: chosen.name,
    backbone: source.name,
    data: options.data,
    labels: train.size,
    fingerprint: await train.fingerprint(),
    seed: options.seed,
    // Not how long: an interrupted run may be lengthened.
    batchSize: budget.batchSize,
    learningRate: budget.learningRate,
    backend: backend.name,
  };
  const run = await openRunFolder(options.out, facts, {
    resume: options.resume === true,
    restart: options.restart === true,
  });

  const defaultCut = source.defaultCut === undefined ? {} : { defaultCut: source.defaultCut };
  const outcome = await resumable(run, terminal, () =>
    chosen.run({
      source: source.model,
      train,
      seed: options.seed,
      budget,
      ...defaultCut,
      checkpoint: { store: run.store, name: run.file, everySteps: options.checkpointEvery },
      resume: options.resume === true,
      signal,
      onEvent: trainingProgress(terminal, `training ${chosen.name} on ${options.data}`),
      onProgress: (progress) => terminal.progress(progress),
    }),
  );
  source.model.dispose();

  const tested = await evaluate(networkOf(outcome.model), data.test, {
    signal,
    onProgress: (progress) => terminal.progress(progress),
  });
  const testAccuracy = tested.metrics['accuracy'] ?? Number.NaN;
  const record: TrainingRecord = {
    format: 'graft-training',
    formatVersion: 1,
    recipe: chosen.name,
    backbone: source.name,
    data: await describeData(options.data, data.train, data.test),
    labels: train.size,
    seed: options.seed,
    budget,
    testAccuracy,
    testLoss: tested.loss,
    trainSeconds: outcome.trainSeconds,
    steps: outcome.result.steps,
    trainableParameters: outcome.trainableParameters,
    totalParameters: outcome.totalParameters,
    curve: outcome.result.history,
    environment: environmentOf(backend, graftVersion(), startedAt),
  };
  await saveOutcome(options.out, outcome, train, {
    range,
    provenance: { ...facts, ...defaultCut, budget, testAccuracy },
  });
  outcome.model.dispose();
  await writeAtomic(join(options.out, 'record.json'), `${toJson(record)}\n`);
  await run.remove();
  terminal.result(options.json === true ? toJson(record) : summary(record, options.out));
}

/** Do the training; when it stops early, say what is kept of it, and leave nothing behind when that is nothing. */
async function resumable<R>(run: RunFolder, terminal: Terminal, training: () => Promise<R>): Promise<R> {
  try {
    return await training();
  } catch (thrown) {
    if (!(await run.hasCheckpoint())) {
      await run.remove();
      throw thrown;
    }
    const remedy = `A checkpoint is kept in ${run.store.location}: the same command with --resume goes on from it.`;
    if (thrown instanceof GraftError && thrown.code === 'cancelled') {
      throw new GraftError({ code: 'cancelled', what: thrown.what, remedy, cause: thrown });
    }
    terminal.warn(remedy);
    throw thrown;
  }
}

async function describeData(name: string, train: Dataset, test: Dataset): Promise<DataRecord> {
  return {
    name,
    fingerprint: await train.fingerprint(),
    trainExamples: train.size,
    testExamples: test.size,
    labels: test.target.kind === 'values' ? test.target.names : test.target.labels,
  };
}

function summary(record: TrainingRecord, out: string): string {
  return [
    `${record.recipe} of ${record.backbone} on ${record.data.name}, ${record.labels} labels, seed ${record.seed}`,
    `test accuracy ${percent(record.testAccuracy)}   test loss ${record.testLoss.toFixed(4)}   ${record.steps} steps in ${record.trainSeconds.toFixed(1)} s`,
    `model: ${join(out, MODEL_FILE)}   record: ${join(out, 'record.json')}`,
  ].join('\n');
}
