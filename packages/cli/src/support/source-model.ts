import { didYouMean, GraftError, networkOf } from '@graft-ml/core';
import { dataEntry, type Dataset } from '@graft-ml/datasets';
import { defaultBudget } from '@graft-ml/recipes';
import { adam, evaluate, fit } from '@graft-ml/train';
import { cut } from '@graft-ml/transfer';
import { hasWeights, preprocessingOf, zooEntries, zooEntry, type ZooEntry } from '@graft-ml/zoo';
import { loadPretrained } from '@graft-ml/zoo/node';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { Session } from '../context.js';
import type { DataOptions } from '../options/common.js';
import { dataNames, loadNamed, type NamedData } from './named-data.js';
import { findOwnModel, OWN_MODELS, type OwnModel } from './own-model.js';
import { ownSource, type OwnSourceOptions } from './own-source.js';
import type { Source } from './source.js';
import { trainingProgress } from './training-progress.js';

export interface SourceOptions extends DataOptions, OwnSourceOptions {
  readonly sourceSteps?: number;
  /** Measure it on its own test set. */
  readonly measure: boolean;
}

/** The architecture that sources are trained with here. */
const ARCHITECTURE = 'seed-cnn';
const SOURCE_SEED = 0;

/** What a source's name stands for, found out without loading anything. */
export type SourcePlan =
  | { readonly kind: 'zoo'; readonly entry: ZooEntry }
  | { readonly kind: 'data'; readonly name: string }
  | OwnModel;

/**
 * What a name stands for: an entry of the zoo, a model that the user brings, or a data set, for which the zoo's weights are
 * taken when there are any and a model is trained otherwise.
 *
 * @throws GraftError `not-found`, with near names; `bad-input` for a file that is no model
 */
export async function planSource(name: string, trainSource = false): Promise<SourcePlan> {
  const entry = trainSource ? undefined : pretrainedEntry(name);
  if (entry !== undefined) return { kind: 'zoo', entry };
  if (dataNames().includes(name)) return { kind: 'data', name };
  if (trainSource) {
    throw new GraftError({
      code: 'not-found',
      what: `"${name}" is no data set, so no source can be trained on it.`,
      expected: '--train-source takes a data set as the source.',
      remedy: didYouMean(name, dataNames()),
    });
  }
  const own = await findOwnModel(name);
  if (own !== undefined) return own;
  const known = zooEntries().find((each) => each.name === name);
  // Let the zoo say what is the matter with an entry that has no weights.
  if (known !== undefined) return { kind: 'zoo', entry: known };
  const names = [
    ...zooEntries()
      .filter((each) => each.sourceTask !== undefined)
      .map((each) => each.name),
    ...dataNames(),
  ];
  throw new GraftError({
    code: 'not-found',
    what: `There is no source "${name}".`,
    expected: `A data set, a pretrained model of the zoo, or a model of your own was expected: ${OWN_MODELS}.`,
    remedy: didYouMean(name, names),
  });
}

/** Load or train the source model that was planned. */
export async function sourceModel(plan: SourcePlan, options: SourceOptions, session: Session): Promise<Source> {
  if (plan.kind === 'zoo') return fromZoo(plan.entry, options, session);
  if (plan.kind === 'own') return ownSource(plan, options, session);
  return trainSource(await loadNamed(plan.name, options, session), options, session);
}

/** The zoo's entry for a name or for a data set's name, when its weights exist. */
function pretrainedEntry(name: string): ZooEntry | undefined {
  const names = [name, `${ARCHITECTURE}/${name}`];
  return zooEntries().find((entry) => names.includes(entry.name) && hasWeights(entry));
}

async function fromZoo(entry: ZooEntry, options: SourceOptions, session: Session): Promise<Source> {
  const { model } = await loadPretrained(entry.name, {
    dataDir: options.dataDir,
    offline: options.offline,
    signal: session.signal,
    onProgress: (progress) => session.terminal.progress(progress),
  });
  const testAccuracy = options.measure ? await measured(entry, model, options, session) : null;
  const { name, defaultCut, licence } = entry;
  return { name, model, testAccuracy, defaultCut, form: preprocessingOf(entry), licence };
}

/** Without the source's own test set the comparison is still worth making: its accuracy is null then. */
async function measured(
  entry: ZooEntry,
  model: LayersModel,
  options: SourceOptions,
  session: Session,
): Promise<number | null> {
  let data: NamedData;
  try {
    data = await loadNamed(entry.sourceTask ?? '', options, session);
  } catch (thrown) {
    if (!(thrown instanceof GraftError) || !['unavailable', 'not-found'].includes(thrown.code)) throw thrown;
    session.terminal.warn(`${entry.name} is not tested on its own task: ${thrown.message}`);
    return null;
  }
  return testAccuracyOf(model, data.test, session);
}

async function trainSource(data: NamedData, options: SourceOptions, session: Session): Promise<Source> {
  const { train, test } = data;
  const [inputShape] = train.inputShapes;
  if (train.target.kind !== 'classes' || inputShape === undefined) {
    throw new GraftError({
      code: 'bad-input',
      what: `${train.name} has targets of the kind "${train.target.kind}".`,
      expected: `A source is trained here as a ${ARCHITECTURE}, which needs classes.`,
    });
  }
  const entry = zooEntry(ARCHITECTURE);
  const model = entry.create({ seed: SOURCE_SEED, inputShape, classes: train.target.labels.length });
  const { batchSize, learningRate, steps, epochs } = {
    ...defaultBudget(train.size),
    ...(options.sourceSteps === undefined ? {} : { steps: options.sourceSteps, epochs: undefined }),
  };
  session.terminal.note(`source: training ${ARCHITECTURE} on ${train.name} (${train.size} examples)`);
  const training = fit({
    network: networkOf(model),
    data: train,
    ...(steps === undefined ? {} : { steps }),
    ...(epochs === undefined ? {} : { epochs }),
    batchSize: Math.min(batchSize, train.size),
    optimizer: adam({ learningRate }),
    seed: SOURCE_SEED,
    signal: session.signal,
  });
  const show = trainingProgress(session.terminal, `training the source on ${data.name}`);
  for await (const event of training) show(event);
  const testAccuracy = await testAccuracyOf(model, test, session);
  return {
    name: `${ARCHITECTURE} trained on ${data.name}`,
    model,
    testAccuracy,
    defaultCut: entry.defaultCut,
    form: { inputShape, range: dataEntry(data.name).range },
  };
}

async function testAccuracyOf(model: LayersModel, test: Dataset, { terminal, signal }: Session): Promise<number> {
  const { metrics } = await evaluate(networkOf(model), test, {
    signal,
    onProgress: (progress) => terminal.progress(progress),
  });
  return metrics['accuracy'] ?? Number.NaN;
}

/** Refuse a cut that the source does not have before anything is trained. @throws GraftError `not-found`, with near names */
export function assertCut(source: Source, at: string): void {
  cut(source.model, at);
}
