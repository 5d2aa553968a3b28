import { readFile } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { createRng, environmentOf, GraftError, messageOf, MODEL_FILE, networkOf, saveBundle } from '@graft-ml/core';
import { fileStore, writeAtomic } from '@graft-ml/core/node';
import type { Dataset } from '@graft-ml/datasets';
import { classBalance } from '@graft-ml/datasets/inspect';
import { fitTableForm, parseTable, tableDataset, tableWidth, type TableForm } from '@graft-ml/datasets/table';
import { accuracy, meanAbsoluteError, r2, rootMeanSquaredError, wilsonInterval } from '@graft-ml/metrics';
import { unscaleOutputs } from '@graft-ml/recipes';
import { adam, crossEntropy, evaluate, fit } from '@graft-ml/train';
import { mlp } from '@graft-ml/zoo';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { Session } from '../context.js';
import { assertFolderWritable } from '../support/output-files.js';
import { startBackend } from '../support/start-backend.js';
import { trainingProgress } from '../support/training-progress.js';
import { percent, toJson } from '../terminal/format.js';
import { graftVersion } from '../version.js';
import type { TrainOptions } from './train-model.js';

/** What share of the rows is tested on. */
const TEST_FRACTION = 0.2;
const EPOCHS = 40;
const BATCH_SIZE = 128;
const LEARNING_RATE = 2e-3;

/**
 * `graft train table.csv --target column`: a small network on a table's rows, four fifths of which are trained on. The
 * model's outputs are in the target's own units.
 */
export async function trainTable(path: string, target: string, options: TrainOptions, session: Session): Promise<void> {
  const { terminal, signal } = session;
  const startedAt = new Date();
  const { data, backbone, recipe, augment, imageSize, range } = options;
  if ([data, backbone, recipe, augment, imageSize, range].some((each) => each !== undefined)) {
    throw new GraftError({
      code: 'bad-input',
      what: 'A table is trained on from scratch: --data, --backbone, --recipe, --augment, --image-size and --range have no meaning with --target.',
      remedy: 'Leave them out.',
    });
  }
  const table = parseTable(await readText(path), path);
  const order = createRng(options.seed).fork('table').permutation(table.rows.length);
  const testSize = Math.max(1, Math.round(TEST_FRACTION * table.rows.length));
  const [testRows, trainRows] = [order.subarray(0, testSize), order.subarray(testSize)];
  const form = fitTableForm(table, { target, rows: trainRows, without: options.without ?? [] });
  const name = basename(path, extname(path));
  const train = tableDataset(table, form, `${name}/train`, trainRows);
  const test = tableDataset(table, form, `${name}/test`, testRows);
  await assertFolderWritable(options.out);
  const backend = await startBackend(options, session);
  terminal.note(`table: ${train.size} rows to train on, ${test.size} to test on, ${tableWidth(form)} numbers each`);

  const classes = form.spec.kind === 'classes' ? form.spec.labels.length : 1;
  const model = mlp({
    inputs: tableWidth(form),
    outputs: classes,
    activation: form.spec.kind === 'classes' ? 'softmax' : 'linear',
    seed: options.seed,
    name,
  });
  const training = fit({
    network: networkOf(model),
    data: train,
    ...(options.steps === undefined ? { epochs: options.epochs ?? EPOCHS } : { steps: options.steps }),
    batchSize: Math.min(options.batchSize ?? BATCH_SIZE, train.size),
    optimizer: adam({ learningRate: options.learningRate ?? LEARNING_RATE }),
    schedule: { kind: 'cosine', to: 0 },
    ...(options.classWeights === undefined || form.spec.kind !== 'classes'
      ? {}
      : { loss: crossEntropy({ classWeights: classBalance(train).weights }) }),
    seed: options.seed,
    signal,
  });
  const show = trainingProgress(terminal, `training on ${name}`);
  for await (const event of training) show(event);
  const { seconds, steps } = await training.result();

  const scores = await scoresOf(model, test, form, signal);
  if (form.scale !== undefined) unscaleOutputs(networkOf(model), { mean: [form.scale.mean], sd: [form.scale.sd] });
  const record = {
    format: 'graft-table-training',
    formatVersion: 1,
    data: { name, fingerprint: await train.fingerprint(), trainExamples: train.size, testExamples: test.size },
    target,
    seed: options.seed,
    steps,
    trainSeconds: seconds,
    scores,
    form,
    environment: environmentOf(backend, graftVersion(), startedAt),
  };
  await saveBundle(fileStore(options.out), model, {
    target: form.spec,
    provenance: { recipe: 'scratch', architecture: 'mlp', table: form, data: name, seed: options.seed, scores },
  });
  model.dispose();
  await writeAtomic(join(options.out, 'record.json'), `${toJson(record)}\n`);
  terminal.result(options.json === true ? toJson(record) : summary(target, scores, test.size, options.out));
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new GraftError({ code: 'not-found', what: `${path} cannot be read: ${messageOf(cause)}.`, cause });
  }
}

/** Errors are in the target's own units; R² and accuracy are fractions. */
async function scoresOf(
  model: LayersModel,
  test: Dataset,
  { spec, scale }: TableForm,
  signal: AbortSignal,
): Promise<Readonly<Record<string, number>>> {
  const metrics = spec.kind === 'classes' ? [accuracy()] : [r2(), meanAbsoluteError(), rootMeanSquaredError()];
  const { metrics: found } = await evaluate(networkOf(model), test, { metrics, signal });
  const unit = scale?.sd ?? 1;
  return Object.fromEntries(
    Object.entries(found).map(([key, value]) => [key, key.endsWith('Error') ? value * unit : value]),
  );
}

function summary(target: string, scores: Readonly<Record<string, number>>, tested: number, out: string): string {
  const right = scores['accuracy'];
  const said =
    right === undefined
      ? `R² ${(scores['r2'] ?? Number.NaN).toFixed(3)}   mean absolute error ${(scores['meanAbsoluteError'] ?? Number.NaN).toPrecision(5)}`
      : `accuracy ${percent(right)} (95 % interval ${Object.values(wilsonInterval(Math.round(right * tested), tested))
          .map(percent)
          .join(' to ')})`;
  return [
    `${target}: ${said}, on ${tested} rows that were not trained on`,
    `model: ${join(out, MODEL_FILE)}   record: ${join(out, 'record.json')}`,
    '',
    'Next:',
    `  graft predict ${out} more.csv --csv`,
  ].join('\n');
}
