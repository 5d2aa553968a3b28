import * as tf from '@tensorflow/tfjs-core';
import { useBackend } from '@graft-ml/core';
import { wasm } from '../dist/index.js';
const n = Number(process.argv[2]);
const a = await useBackend(wasm({ threads: n }));
console.log(process.version, a.details);
const x = tf.randomNormal([1024, 1024], 0, 1, 'float32', 1),
  y = tf.randomNormal([1024, 1024], 0, 1, 'float32', 2);
for (const [ta, tb] of [
  [0, 0],
  [1, 0],
  [0, 1],
  [1, 1],
]) {
  let best = 1e9,
    sum;
  for (let i = 0; i < 8; i++) {
    const t = performance.now();
    const z = tf.matMul(x, y, !!ta, !!tb);
    best = Math.min(best, performance.now() - t);
    sum = await z.data();
    z.dispose();
  }
  let h = 0;
  const u = new Uint32Array(sum.buffer);
  for (const v of u) h = (Math.imul(h, 31) + v) | 0;
  console.log(ta, tb, ((2.147 / best) * 1e3).toFixed(1), 'GFLOP/s', h);
}
console.log(tf.memory().unreliable);
