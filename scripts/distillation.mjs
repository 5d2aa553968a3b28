/*
 * What distillation gains: a student of a quarter of the seed CNN's width learns MNIST from 1,000 labelled pictures, alone and taught by
 * the zoo's seed CNN (which saw all 60,000), with the same pictures, steps and seeds. Learning rate, temperature and mixing are chosen
 * for both on a fifth of other labelled pictures, never on test.
 *
 *   node scripts/distillation.mjs [--seeds 5] [--labels 1000] [--steps 600]
 *
 * GRAFT_DATA_DIR names the folder of data sets.
 */
import { parseArgs } from 'node:util';
import { wasm } from '@graft-ml/backend-wasm';
import { createRng, networkOf, parameterCount, useBackend } from '@graft-ml/core';
import { splitDataset, stratifiedSubset } from '@graft-ml/datasets';
import { loadData } from '@graft-ml/datasets/node';
import { meanInterval } from '@graft-ml/metrics';
import { distil, recipe, slimModel } from '@graft-ml/recipes';
import { evaluate } from '@graft-ml/train';
import { loadPretrained } from '@graft-ml/zoo/node';

const { values: typed } = parseArgs({
  options: {
    seeds: { type: 'string', default: '5' },
    labels: { type: 'string', default: '1000' },
    steps: { type: 'string', default: '600' },
  },
});
const [seeds, labels, steps] = [Number(typed.seeds), Number(typed.labels), Number(typed.steps)];
/** Chooses the settings: none of the seeds that are reported. */
const TUNING_SEED = 1000;
const WIDTH = 0.25;

await useBackend(wasm());
const dataDir = process.env.GRAFT_DATA_DIR;
const where = dataDir === undefined ? {} : { dataDir };
const { train, test } = await loadData('mnist', where);
const { model: teacher } = await loadPretrained('seed-cnn/mnist', where);
const alone = recipe('slim');
const taught = distil({
  name: 'distil',
  teacher,
  student: (task) => slimModel(task, WIDTH, 'distil').model,
});

/**
 * @param {number} seed
 * @returns {import('@graft-ml/datasets').Dataset}
 */
const drawn = (seed) => stratifiedSubset(train, labels, createRng(seed).fork('labels'));

/**
 * @param {import('@graft-ml/recipes').Recipe} way
 * @param {import('@graft-ml/datasets').Dataset} data
 * @param {import('@graft-ml/datasets').Dataset} judged
 * @param {number} seed
 * @param {Readonly<Record<string, number>>} settings
 */
async function run(way, data, judged, seed, { learningRate = 1e-3, ...settings }) {
  const budget = { steps, batchSize: 32, learningRate };
  const { model, totalParameters } = await way.run({ source: teacher, train: data, seed, budget, settings });
  const { metrics, loss } = await evaluate(networkOf(model), judged);
  model.dispose();
  return { accuracy: metrics.accuracy ?? 0, loss, totalParameters };
}

/**
 * One number after the other, by validation accuracy, and among equals by the loss.
 *
 * @param {import('@graft-ml/recipes').Recipe} way
 * @param {Readonly<Record<string, readonly number[]>>} choices
 */
async function tuned(way, choices) {
  const [data, validation] = splitDataset(drawn(TUNING_SEED), 0.8, createRng(TUNING_SEED).fork('tuning'));
  /** @type {Record<string, number>} */
  let best = Object.fromEntries(Object.entries(choices).map(([name, [first = 0]]) => [name, first]));
  let found = await run(way, data, validation, TUNING_SEED, best);
  for (const [name, values] of Object.entries(choices)) {
    for (const value of values.slice(1)) {
      const candidate = { ...best, [name]: value };
      const trial = await run(way, data, validation, TUNING_SEED, candidate);
      if (trial.accuracy < found.accuracy || (trial.accuracy === found.accuracy && trial.loss >= found.loss)) continue;
      [best, found] = [candidate, trial];
    }
  }
  console.log(`${way.name}: ${JSON.stringify(best)}, ${(100 * found.accuracy).toFixed(1)} % on the validation split`);
  return best;
}

const rates = { learningRate: [1e-3, 3e-3] };
const settings = {
  alone: await tuned(alone, rates),
  taught: await tuned(taught, { ...rates, temperature: [4, 2, 8], mixing: [0.7, 0.95] }),
};
/** @type {number[]} */
const gains = [];
for (let seed = 0; seed < seeds; seed++) {
  const own = await run(alone, drawn(seed), test, seed, settings.alone);
  const learnt = await run(taught, drawn(seed), test, seed, settings.taught);
  gains.push(100 * (learnt.accuracy - own.accuracy));
  const accuracies = [own, learnt].map(({ accuracy }) => `${(100 * accuracy).toFixed(2)} %`);
  console.log(`seed ${seed}: alone ${accuracies[0]}, taught ${accuracies[1]}`);
  if (seed > 0) continue;
  const whole = parameterCount(networkOf(teacher).weights);
  const share = (100 * own.totalParameters) / whole;
  console.log(`  the student has ${own.totalParameters} of the teacher’s ${whole} parameters (${share.toFixed(1)} %)`);
}
const gain = meanInterval(gains);
if (gain !== undefined) {
  const [mean, low, high] = [gain.mean, gain.low, gain.high].map((value) => value.toFixed(2));
  console.log(
    `gain: ${mean} points, 95 % paired interval ${low} to ${high}, ${seeds} seeds, ${labels} labels, ${steps} steps`,
  );
}
