/*
 * From what amount of work on a second thread pays, and how long a thread should look for the next job before it sleeps: the
 * numbers behind WORTH_A_THREAD and SPINS in packages/backend-wasm. Needs two idle cores.
 *
 *   node benchmarks/threads.mjs [rounds]
 */
import * as tf from '@tensorflow/tfjs-core';
import { useBackend } from '@graft-ml/core';
import { wasm } from '@graft-ml/backend-wasm';
import { deviceOf } from '../packages/backend-wasm/dist/device/devices.js';
import { arithmetic, traffic } from '../packages/backend-wasm/dist/device/work.js';
import { LAYOUT } from '../packages/backend-wasm/dist/threads/control.js';
import { trainingKinds } from './peers/graft/training.mjs';
import { spreadOf } from './src/statistics.mjs';

const rounds = Number(process.argv[2] ?? 200);
await useBackend(wasm({ threads: 2 }));
const device = deviceOf(tf.backend());
if (device.threads !== 2) throw new Error('Two threads were expected.');

console.log('One thread and two, by what Work.nanoseconds says of the work. Two ranges need 2 × WORTH_A_THREAD.');
for (const size of [16, 24, 32, 48, 64, 96, 128]) {
  const [a, b] = [tf.randomUniform([size, 128]), tf.randomUniform([128, size])];
  compareThreads(`product ${size} × 128 × ${size}`, arithmetic(2 * size * size * 128), () => tf.matMul(a, b));
  tf.dispose([a, b]);
}
for (const size of [4e3, 1e4, 2e4, 4e4, 1e5, 4e5]) {
  const x = tf.randomUniform([size]);
  compareThreads(`relu of ${size} floats`, traffic(2 * size), () => tf.relu(x));
  x.dispose();
}

console.log('\nA step of the seed CNN, batch 32, by how often a thread looks before it sleeps.');
const usual = LAYOUT.spins;
const work = await trainingKinds['seed-cnn']({ batch: 32 });
const settings = [0, 1000, 4000, 16_000, 64_000];
const taken = settings.map(() => /** @type {number[]} */ ([]));
for (let round = 0; round < Math.max(3, rounds / 20); round++) {
  for (const [at, spins] of settings.entries()) {
    await device.setThreads(1);
    Object.assign(LAYOUT, { spins });
    await device.setThreads(2);
    for (let warm = 0; warm < 3; warm++) await work.run();
    taken[at]?.push(await timeOf(async () => void (await work.run()), 10));
  }
}
for (const [at, spins] of settings.entries()) {
  const { median, low, high } = spreadOf(taken[at] ?? []);
  const mark = spins === usual ? '  (SPINS)' : '';
  console.log(`${String(spins).padStart(7)}  ${median.toFixed(2)} ms (${low.toFixed(2)}–${high.toFixed(2)})${mark}`);
}
await work.dispose?.();
process.exit(0);

/**
 * @param {string} title
 * @param {number} nanoseconds
 * @param {() => tf.Tensor} op
 */
function compareThreads(title, nanoseconds, op) {
  /** @type {[number[], number[]]} */
  const times = [[], []];
  for (let round = 0; round < rounds; round++) {
    for (const each of round % 2 === 0 ? [0, 1] : [1, 0]) {
      device.leastRange = each === 0 ? Infinity : nanoseconds / 2;
      const start = performance.now();
      for (let repeat = 0; repeat < 20; repeat++) op().dispose();
      times[each]?.push(((performance.now() - start) / 20) * 1000);
    }
  }
  const [one, two] = times.map((each) => spreadOf(each).median);
  const ratio = spreadOf((times[1] ?? []).map((each, at) => each / (times[0]?.[at] ?? 1))).median;
  console.log(
    `${title.padEnd(24)} ${(nanoseconds / 1000).toFixed(1).padStart(6)} µs said, ${one?.toFixed(1).padStart(6)} µs by one, ${two?.toFixed(1).padStart(6)} by two: ${ratio.toFixed(2)}`,
  );
}

/** Milliseconds of one of `times` calls. @param {() => Promise<void>} run @param {number} times */
async function timeOf(run, times) {
  const start = performance.now();
  for (let each = 0; each < times; each++) await run();
  return (performance.now() - start) / times;
}
