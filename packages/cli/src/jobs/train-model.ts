import { join } from 'node:path';
import {
  environmentOf,
  GraftError,
  pixelScaleOf,
  type DataRecord,
  type EnvironmentRecord,
  type Progress,
} from '@graft-ml/core';
import { writeAtomic } from '@graft-ml/core/node';
import type { Dataset } from '@graft-ml/datasets';
import { augmentedViews, type Augmentation } from '@graft-ml/datasets/augment';
import { classBalance } from '@graft-ml/datasets/inspect';
import { recipe } from '@graft-ml/recipes';
import type { Session } from '../context.js';
import type { BudgetOptions, DataOptions, EngineOptions, FeatureOptions } from '../options/common.js';
import type { PixelRange } from '../options/pixel-range.js';
import { budgetFrom } from '../support/budget.js';
import { calibratedOutcome, heldOut } from '../support/calibration.js';
import { classesFiles } from '../support/classes-files.js';
import { featureStorage } from '../support/feature-storage.js';
import { openRunFolder, type RunFolder } from '../support/interrupted-run.js';
import { filesWritten, nextSteps } from '../support/next-steps.js';
import { assertFolderWritable } from '../support/output-files.js';
import { planTraining } from '../support/plan-training.js';
import { saveOutcome, withLabels } from '../support/save-outcome.js';
import { throughSource } from '../support/through-source.js';
import { startBackend } from '../support/start-backend.js';
import type { TrainingData } from '../support/training-data.js';
import { trainingProgress } from '../support/training-progress.js';
import type { TrainingFacts } from '../support/training-record.js';
import { valuesFiles } from '../support/values-files.js';
import type { Terminal } from '../terminal/terminal.js';
import { graftVersion } from '../version.js';

export interface TrainOptions extends EngineOptions, DataOptions, BudgetOptions, FeatureOptions {
  readonly data?: string;
  readonly backbone?: string;
  readonly recipe?: string;
  readonly out: string;
  readonly labels: number | 'all';
  readonly seed: number;
  readonly cut?: string;
  readonly sourceSteps?: number;
  readonly checkpointEvery: number;
  readonly resume?: boolean;
  readonly restart?: boolean;
  readonly calibrate?: boolean;
  readonly json?: boolean;
  readonly augment?: Augmentation;
  readonly views: number;
  readonly imageSize?: number;
  readonly range?: PixelRange;
  readonly classWeights?: 'balanced';
  /** For tables. */
  readonly target?: string;
  readonly without?: readonly string[];
}

/** Pictures of 224 × 224 take 0.6 MB each as numbers, and several times that in a network's first layers. */
const PICTURES_AT_A_TIME = 32;

/**
 * `graft train`. What can be known to fail is found out before training: names, options, and whether the folder can be
 * written to.
 */
export async function trainModel(photos: string | undefined, options: TrainOptions, session: Session): Promise<void> {
  const { terminal, signal } = session;
  const startedAt = new Date();
  if (options.recipe !== undefined) recipe(options.recipe);
  const budgetOf = budgetFrom(options);
  const plan = await planTraining(photos, options, session);
  const chosen = plan.recipe;
  await assertFolderWritable(options.out);

  const backend = await startBackend(options, session);
  const { data, source } = await plan.load();
  const labelled = withLabels(data.train, options.labels, options.seed);
  const calibrates = options.calibrate === true;
  const { train: seen, validation } = calibrates
    ? heldOut(data, labelled, options.seed, terminal)
    : { train: labelled, validation: data.validation };
  const { train, ...changes } = changed(seen, data, options);
  const budget = budgetOf(seen.size);
  const facts = {
    recipe: chosen.name,
    backbone: source.name,
    ...(source.at === undefined ? {} : { cut: source.at }),
    ...(source.trunk === undefined ? {} : { trunk: source.trunk.fingerprint }),
    data: data.name,
    labels: seen.size,
    fingerprint: await train.fingerprint(),
    seed: options.seed,
    ...(changes.classWeights === undefined ? {} : { classWeights: changes.classWeights }),
    // Not how long: an interrupted run may be lengthened.
    batchSize: budget.batchSize,
    learningRate: budget.learningRate,
    backend: backend.name,
    ...(calibrates ? { calibrates } : {}),
  };
  const run = await openRunFolder(options.out, facts, {
    resume: options.resume === true,
    restart: options.restart === true,
  });

  const through = (each: Dataset): Promise<Dataset> => throughSource(source, each, options, session);
  const validationSeen = validation === undefined ? undefined : await through(validation);
  const tested = { ...data, test: await through(data.test) };
  const trainSeen = await through(train);
  const defaultCut = source.defaultCut === undefined ? {} : { defaultCut: source.defaultCut };
  const trained = await resumable(run, terminal, () =>
    chosen.run({
      source: source.model,
      train: trainSeen,
      ...(validationSeen === undefined ? {} : { validation: validationSeen }),
      seed: options.seed,
      budget,
      features: featureStorage(options),
      ...defaultCut,
      ...(changes.classWeights === undefined ? {} : { classWeights: changes.classWeights }),
      views: changes.augmentation?.views ?? 1,
      checkpoint: { store: run.store, name: run.file, everySteps: options.checkpointEvery },
      resume: options.resume === true,
      signal,
      onEvent: trainingProgress(terminal, `training ${chosen.name} on ${data.name}`),
      onProgress: (progress) => terminal.progress(progress),
    }),
  );
  source.model.dispose();
  const batchSize = photos === undefined ? undefined : PICTURES_AT_A_TIME;
  const { outcome, calibration } =
    calibrates && validationSeen !== undefined
      ? await calibratedOutcome(trained, validationSeen, tested.test, batchSize, session)
      : { outcome: trained, calibration: undefined };

  const common: Omit<TrainingFacts, 'environment'> = {
    format: 'graft-training',
    formatVersion: 1,
    recipe: chosen.name,
    backbone: source.name,
    data: await describeData(data),
    labels: seen.size,
    seed: options.seed,
    budget,
    ...changes,
    inputShape: labelled.inputShapes[0] ?? [],
    trainSeconds: outcome.trainSeconds,
    steps: outcome.result.steps,
    trainableParameters: outcome.trainableParameters,
    totalParameters: outcome.totalParameters,
    ...(calibration === undefined ? {} : { calibration }),
    curve: outcome.result.history,
    remarks: data.remarks,
    skipped: data.skipped ?? [],
  };
  const testing = {
    ...(batchSize === undefined ? {} : { batchSize }),
    signal,
    onProgress: (progress: Progress) => terminal.progress(progress),
  };
  const environment = (): EnvironmentRecord => environmentOf(backend, graftVersion(), startedAt);
  const written =
    data.test.target.kind === 'values'
      ? await valuesFiles(common, outcome, tested, source, testing, environment)
      : await classesFiles(common, outcome, tested, source, testing, environment);
  await saveOutcome(options.out, outcome, labelled, {
    ...pixelScaleOf(data.form),
    ...(source.trunk === undefined ? {} : { trunk: { format: 'onnx', at: source.trunk.at, bytes: source.trunk.file } }),
    provenance: {
      ...facts,
      ...defaultCut,
      budget,
      ...written.provenance,
      ...(calibration === undefined ? {} : { calibration }),
    },
  });
  outcome.model.dispose();
  await source.trunk?.release();
  for (const [name, text] of Object.entries(written.files)) await writeAtomic(join(options.out, name), text);
  await run.remove();
  const next = photos === undefined ? [] : nextSteps(options.out, 'photo.jpg', source.isFrozen !== true);
  const summary = [...written.summary, ...filesWritten(options.out, Object.keys(written.files)), ...next];
  terminal.result(options.json === true ? (written.files['record.json'] ?? '').trimEnd() : summary.join('\n'));
}

/** The training examples as they are trained on: several views of each; and how they are weighed. */
function changed(
  labelled: Dataset,
  { form }: TrainingData,
  { augment, views, seed, classWeights }: TrainOptions,
): Pick<TrainingFacts, 'augmentation' | 'classWeights'> & { readonly train: Dataset } {
  const seen =
    augment === undefined ? labelled : augmentedViews(labelled, augment, { views, seed, ...pixelScaleOf(form) });
  return {
    train: seen,
    ...(augment === undefined ? {} : { augmentation: { changes: augment, views } }),
    ...(classWeights === undefined ? {} : { classWeights: classBalance(labelled).weights }),
  };
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

async function describeData({ name, train, test }: TrainingData): Promise<DataRecord> {
  return {
    name,
    fingerprint: await train.fingerprint(),
    trainExamples: train.size,
    testExamples: test.size,
    labels: test.target.kind === 'values' ? test.target.names : test.target.labels,
  };
}
