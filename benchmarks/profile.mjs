/*
 * Where a row's time goes, kernel by kernel, on Graft's WASM backend.
 *
 *   node benchmarks/profile.mjs <row> [repetitions] [--shapes]
 */
import * as tf from '@tensorflow/tfjs-core';
import { useBackend } from '@graft-ml/core';
import { wasm } from '@graft-ml/backend-wasm';
import { inferenceKinds } from './peers/graft/inference.mjs';
import { watchKernels } from './peers/graft/kernel-share.mjs';
import { linearProbeKinds } from './peers/graft/linear-probe.mjs';
import { trainingKinds } from './peers/graft/training.mjs';
import { chosenRows } from './src/rows.mjs';

const [id = '', repetitions = '10'] = process.argv.slice(2).filter((each) => !each.startsWith('--'));
const byShape = process.argv.includes('--shapes');
const [row] = chosenRows([id]);
const kinds = { ...trainingKinds, ...inferenceKinds, ...linearProbeKinds };
const { details } = await useBackend(wasm());
console.log(`${row.title}; Node ${process.version}, ${JSON.stringify(details)}, tfjs ${tf.version_core}`);
const work = await kinds[row.params.kind](row.params);
for (let each = 0; each < 3; each++) await work.run();

/** @type {Map<string, { calls: number, milliseconds: number }>} */
const found = new Map();
const count = Number(repetitions);
const started = performance.now();
await watchKernels(
  ({ name, inputs, milliseconds }) => {
    const shapes = Object.values(inputs).flatMap((each) => (each?.shape === undefined ? [] : [each.shape.join('×')]));
    const key = byShape ? `${name} ${shapes.join(' ')}` : name;
    const entry = found.get(key) ?? { calls: 0, milliseconds: 0 };
    found.set(key, { calls: entry.calls + 1, milliseconds: entry.milliseconds + milliseconds });
  },
  async () => {
    for (let each = 0; each < count; each++) await work.run();
  },
);
const total = (performance.now() - started) / count;
const sorted = [...found].sort((a, b) => b[1].milliseconds - a[1].milliseconds);
const inside = sorted.reduce((sum, [, { milliseconds }]) => sum + milliseconds, 0) / count;
for (const [name, { calls, milliseconds }] of sorted.slice(0, 30)) {
  const each = milliseconds / count;
  console.log(
    `${each.toFixed(2).padStart(9)} ms ${((100 * each) / total).toFixed(1).padStart(5)} %  ${(calls / count).toFixed(1).padStart(6)} ×  ${name}`,
  );
}
console.log(
  `${total.toFixed(2).padStart(9)} ms in all, ${(total - inside).toFixed(2)} ms (${(100 * (1 - inside / total)).toFixed(1)} %) outside kernels`,
);
await work.dispose?.();
process.exit(0);
