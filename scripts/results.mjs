/*
 * `npm run results`: run the comparisons of docs/results.md and write it. Each finished run is kept at once, so it may be stopped at
 * any time, goes on where it was, and takes in recipes that are added to the plan.
 *
 *   npm run results -- [--runs folder] [--part few-labels,tuned] [--minutes 20] [--threads 2] [--render] [--out docs/results.md]
 *
 * `--render` runs nothing and writes the document from what is there. GRAFT_DATA_DIR names the folder of data sets.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { wasm } from '@graft-ml/backend-wasm';
import { GraftError, useBackend } from '@graft-ml/core';
import { fileStore, writeAtomic } from '@graft-ml/core/node';
import { compare, recipe } from '@graft-ml/recipes';
import { commitOf, commitsIn, noteCommit } from './results/commits.mjs';
import { documentOf } from './results/document.mjs';
import { loadPart } from './results/load-part.mjs';
import { PARTS } from './results/plan.mjs';
import { smallNetSection } from './results/small-net.mjs';
import { ROOT } from './lib/root.mjs';

const { values: typed } = parseArgs({
  options: {
    runs: { type: 'string', default: join(ROOT, '.results') },
    part: { type: 'string', default: PARTS.map(({ id }) => id).join() },
    minutes: { type: 'string', default: 'Infinity' },
    threads: { type: 'string', default: '1' },
    render: { type: 'boolean', default: false },
    out: { type: 'string', default: join(ROOT, 'docs', 'results.md') },
  },
});
const wanted = typed.part.split(',');
const unknown = wanted.filter((id) => !PARTS.some((part) => part.id === id));
if (unknown.length > 0)
  throw new Error(`There is no part ${unknown.join()}; there are ${PARTS.map(({ id }) => id).join()}.`);

const dataDir = process.env.GRAFT_DATA_DIR;
const graftVersion = JSON.parse(await readFile(join(ROOT, 'packages', 'cli', 'package.json'), 'utf8')).version;
const backend = await useBackend(wasm({ threads: Number(typed.threads) }));
const ends = new AbortController();
process.once('SIGINT', () => ends.abort());
process.once('SIGTERM', () => ends.abort());
const minutes = Number(typed.minutes);
const timer = Number.isFinite(minutes) ? setTimeout(() => ends.abort(), minutes * 60_000) : undefined;

/**
 * One stage, or with `finishedOnly` what there is of it.
 *
 * @param {import('./results/plan.mjs').Part} part
 * @param {import('./results/plan.mjs').Stage} stage
 * @param {Awaited<ReturnType<typeof loadPart>>} loaded
 * @param {boolean} finishedOnly
 */
function comparison(part, stage, loaded, finishedOnly) {
  const { epochs, batchSize = 32 } = part;
  return compare({
    ...loaded,
    recipes: stage.recipes.map((name) => recipe(name)),
    labels: stage.labels,
    seeds: stage.seeds,
    ...(epochs === undefined ? {} : { budget: () => ({ epochs, batchSize, learningRate: 1e-3 }) }),
    ...(part.tune === undefined ? {} : { tune: { learningRates: part.tune } }),
    store: fileStore(join(typed.runs, part.id)),
    finishedOnly,
    backend,
    graftVersion,
    ...(finishedOnly ? {} : { signal: ends.signal }),
    onEvent: (event) => {
      if (finishedOnly || event.type !== 'run-end') return;
      const { recipe: name, labels, seed, testAccuracy, trainSeconds } = event.run;
      console.log(
        `${part.id}: ${name}, ${labels} labels, seed ${seed}: ${(100 * testAccuracy).toFixed(2)} %, ${trainSeconds.toFixed(0)} s`,
      );
    },
  });
}

if (!typed.render) {
  try {
    for (const part of PARTS.filter(({ id }) => wanted.includes(id))) {
      const loaded = await loadPart(part, dataDir);
      await noteCommit(typed.runs, await commitOf(ROOT));
      for (const stage of part.stages) await comparison(part, stage, loaded, false);
    }
  } catch (thrown) {
    if (!(thrown instanceof GraftError) || thrown.code !== 'cancelled') throw thrown;
    console.log(`${thrown.message} The same command goes on from there.`);
  }
}
clearTimeout(timer);
process.removeAllListeners('SIGINT');
const shown = [];
for (const part of PARTS) {
  const loaded = await loadPart(part, dataDir);
  const records = [];
  for (const stage of part.stages) records.push(await comparison(part, stage, loaded, true));
  shown.push({ part, records });
}
await writeAtomic(typed.out, documentOf(shown, await commitsIn(typed.runs), await smallNetSection(typed.runs)));
console.log(`written: ${typed.out}`);
