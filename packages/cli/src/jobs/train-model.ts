import { join } from 'node:path';
import { environmentOf, GraftError, MODEL_FILE, pixelScaleOf, type DataRecord, type RunRecord } from '@graft-ml/core';
import { writeAtomic } from '@graft-ml/core/node';
import { wilsonInterval } from '@graft-ml/metrics';
import { recipe, testOutcome } from '@graft-ml/recipes';
import { modelCard, renderReport } from '@graft-ml/report';
import type { Session } from '../context.js';
import type { BudgetOptions, DataOptions, EngineOptions, FeatureOptions } from '../options/common.js';
import { budgetFrom } from '../support/budget.js';
import { calibratedOutcome, calibrationText, heldOut } from '../support/calibration.js';
import { featureStorage } from '../support/feature-storage.js';
import { openRunFolder, type RunFolder } from '../support/interrupted-run.js';
import { assertFolderWritable } from '../support/output-files.js';
import { planTraining } from '../support/plan-training.js';
import { saveOutcome, withLabels } from '../support/save-outcome.js';
import type { Source } from '../support/source-model.js';
import { startBackend } from '../support/start-backend.js';
import type { TrainingData } from '../support/training-data.js';
import { trainingProgress } from '../support/training-progress.js';
import { asExperiment, type TrainingRecord } from '../support/training-record.js';
import { percent, toJson } from '../terminal/format.js';
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
  const { recipe: recipeName = photos === undefined ? 'fine-tune' : 'frozen' } = options;
  const chosen = recipe(options.cut === undefined ? recipeName : `${recipeName}@${options.cut}`);
  const budgetOf = budgetFrom(options);
  const plan = await planTraining(photos, options, session);
  await assertFolderWritable(options.out);

  const backend = await startBackend(options, session);
  const { data, source } = await plan.load();
  const labelled = withLabels(data.train, options.labels, options.seed);
  const calibrates = options.calibrate === true;
  const { train, validation } = calibrates
    ? heldOut(data, labelled, options.seed, terminal)
    : { train: labelled, validation: data.validation };
  const budget = budgetOf(train.size);
  const facts = {
    recipe: chosen.name,
    backbone: source.name,
    data: data.name,
    labels: train.size,
    fingerprint: await train.fingerprint(),
    seed: options.seed,
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

  const defaultCut = source.defaultCut === undefined ? {} : { defaultCut: source.defaultCut };
  const trained = await resumable(run, terminal, () =>
    chosen.run({
      source: source.model,
      train,
      ...(validation === undefined ? {} : { validation }),
      seed: options.seed,
      budget,
      features: featureStorage(options),
      ...defaultCut,
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
    calibrates && validation !== undefined
      ? await calibratedOutcome(trained, validation, data.test, batchSize, session)
      : { outcome: trained, calibration: undefined };

  const tested = await testOutcome(outcome, data.test, {
    recipe: chosen.name,
    labels: train.size,
    seed: options.seed,
    ...(batchSize === undefined ? {} : { batchSize }),
    signal,
    onProgress: (progress) => terminal.progress(progress),
  });
  const record: TrainingRecord = {
    format: 'graft-training',
    formatVersion: 1,
    recipe: chosen.name,
    backbone: source.name,
    data: await describeData(data),
    labels: train.size,
    seed: options.seed,
    budget,
    testAccuracy: tested.testAccuracy,
    testAccuracyInterval: wilsonInterval(Math.round(tested.testAccuracy * data.test.size), data.test.size),
    testLoss: tested.testLoss,
    confusion: tested.confusion,
    mistakes: tested.mistakes.map(({ image: _image, ...mistake }) => {
      const name = data.testNames?.[mistake.index];
      return name === undefined ? mistake : { ...mistake, name };
    }),
    trainSeconds: outcome.trainSeconds,
    steps: outcome.result.steps,
    trainableParameters: outcome.trainableParameters,
    totalParameters: outcome.totalParameters,
    ...(calibration === undefined ? {} : { calibration }),
    curve: outcome.result.history,
    remarks: data.remarks,
    skipped: data.skipped ?? [],
    environment: environmentOf(backend, graftVersion(), startedAt),
  };
  await saveOutcome(options.out, outcome, train, {
    ...pixelScaleOf(data.form),
    provenance: {
      ...facts,
      ...defaultCut,
      budget,
      testAccuracy: tested.testAccuracy,
      ...(calibration === undefined ? {} : { calibration }),
    },
  });
  outcome.model.dispose();
  await writeAtomic(join(options.out, 'record.json'), `${toJson(record)}\n`);
  await writeAtomic(join(options.out, 'report.html'), renderReport(asExperiment(record, tested)));
  await writeAtomic(join(options.out, 'model-card.md'), cardOf(record, tested, source, data));
  await run.remove();
  terminal.result(options.json === true ? toJson(record) : summary(record, options.out, photos !== undefined));
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

function cardOf(record: TrainingRecord, run: RunRecord, source: Source, data: TrainingData): string {
  return modelCard({
    name: `${record.recipe} of ${record.backbone} on ${record.data.name}`,
    source: { name: source.name, ...(source.licence === undefined ? {} : { licence: source.licence }) },
    data: record.data,
    run,
    interval: record.testAccuracyInterval,
    ...data.form,
    remarks: data.remarks,
    environment: record.environment,
  });
}

function summary(record: TrainingRecord, out: string, ofPhotos: boolean): string {
  const { low, high } = record.testAccuracyInterval;
  return [
    `${record.recipe} of ${record.backbone} on ${record.data.name}, ${record.labels} labels, seed ${record.seed}`,
    `test accuracy ${percent(record.testAccuracy)} (95 % interval ${percent(low)} to ${percent(high)}, ${record.data.testExamples} examples)   ` +
      `test loss ${record.testLoss.toFixed(4)}   ${record.steps} steps in ${record.trainSeconds.toFixed(1)} s`,
    ...(record.calibration === undefined ? [] : [calibrationText(record.calibration)]),
    `model: ${join(out, MODEL_FILE)}   record: ${join(out, 'record.json')}`,
    `report: ${join(out, 'report.html')}   model card: ${join(out, 'model-card.md')}`,
    ...(ofPhotos ? ['', 'Next:', `  graft predict ${out} photo.jpg`] : []),
  ].join('\n');
}
