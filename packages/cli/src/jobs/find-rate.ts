import { createRng, GraftError, networkOf, reinitialise } from '@graft-ml/core';
import { writeAtomic } from '@graft-ml/core/node';
import { dataEntry } from '@graft-ml/datasets';
import { extractFeatures } from '@graft-ml/datasets/features';
import { withTargetHead } from '@graft-ml/recipes';
import { ratePlot, renderRates } from '@graft-ml/report';
import { findLearningRate } from '@graft-ml/train/rate-finder';
import { freeze, splitTrunk } from '@graft-ml/transfer';
import type { Session } from '../context.js';
import type { DataOptions, EngineOptions } from '../options/common.js';
import type { PixelRange } from '../options/pixel-range.js';
import { assertLabelCount } from '../support/label-count.js';
import { inFormOf, loadNamed } from '../support/named-data.js';
import { assertFileWritable } from '../support/output-files.js';
import { assertOwn } from '../support/own-model.js';
import { withLabels } from '../support/save-outcome.js';
import { planSource, sourceModel } from '../support/source-model.js';
import { throughSource } from '../support/through-source.js';
import { startBackend } from '../support/start-backend.js';
import { toJson } from '../terminal/format.js';

export interface FindRateOptions extends EngineOptions, DataOptions {
  readonly data: string;
  readonly backbone: string;
  readonly train: 'all' | 'head' | 'scratch';
  readonly labels: number | 'all';
  readonly from: number;
  readonly to: number;
  readonly steps: number;
  readonly batchSize: number;
  readonly seed: number;
  readonly sourceSteps?: number;
  readonly range?: PixelRange;
  readonly json?: boolean;
  readonly report?: string;
}

const WHAT = { all: 'fine-tuning', head: 'a new head on frozen features of', scratch: 'the architecture of' } as const;

/** `graft find-rate`. */
export async function findRate(options: FindRateOptions, session: Session): Promise<void> {
  const { terminal, signal } = session;
  const { seed, from, to, steps } = options;
  dataEntry(options.data);
  const plan = await planSource(options.backbone);
  assertOwn(options.range, [plan]);
  if (plan.kind === 'own' && plan.isFrozen && options.train !== 'head') {
    throw new GraftError({
      code: 'bad-input',
      what: `Nothing of ${plan.path} can be trained, and --train ${options.train} was asked for.`,
      remedy: 'Ask for --train head.',
    });
  }
  if (options.report !== undefined) await assertFileWritable(options.report);
  await startBackend(options, session);
  const loaded = await loadNamed(options.data, options, session);
  assertLabelCount(options.labels, loaded.train.size, options.data);
  const source = await sourceModel(plan, { ...options, measure: false }, session);
  const data = inFormOf(source, options.data, loaded);
  const train = await throughSource(source, withLabels(data.train, options.labels, seed), {}, session);
  await source.trunk?.release();
  const grafted = withTargetHead(
    { source: source.model, train, seed, budget: { ...options, learningRate: from } },
    'find-rate',
  );
  const network =
    options.train === 'scratch'
      ? networkOf(reinitialise(grafted.network, createRng(seed).fork('scratch'), 'find-rate'))
      : grafted.network;
  const { frozen } = freeze(network, { paths: options.train === 'head' ? grafted.backbonePaths : [] });
  const { trunk, tail } = splitTrunk(network, frozen);
  const examples =
    trunk === undefined
      ? train
      : await extractFeatures(trunk, train, { signal, onProgress: (progress) => terminal.progress(progress) });
  const search = await findLearningRate({
    network: tail,
    data: examples,
    batchSize: Math.min(options.batchSize, train.size),
    frozen,
    seed,
    from,
    to,
    steps,
    signal,
  });
  const title = `${WHAT[options.train]} ${source.name} on ${options.data}, ${train.size} labels, batches of ${Math.min(options.batchSize, train.size)}, seed ${seed}`;
  if (options.report !== undefined) await writeAtomic(options.report, renderRates(search, title));
  terminal.result(options.json === true ? toJson({ title, ...search }) : `${title}\n\n${ratePlot(search)}`);
  if (options.report !== undefined) terminal.note(`plot: ${options.report}`);
}
