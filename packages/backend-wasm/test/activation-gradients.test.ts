import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { FUSED, useBackend } from '@graft-ml/core';
import { wasm } from '../src/index.js';

beforeAll(async () => {
  await useBackend(wasm());
});

const ops: Readonly<Record<string, (x: tf.Tensor) => tf.Tensor>> = {
  relu: (x) => tf.relu(x),
  relu6: (x) => tf.relu6(x),
  clip: (x) => tf.clipByValue(x, -0.5, 2),
};

/** Around every edge, and a pull of every kind at each. */
const EDGES = [-1, -0.5, -0, 0, 1e-45, 2, 2.0000002, 6, 6.0000005, Infinity, -Infinity, Number.NaN];
const PULLS = [1.5, -2, 0, -0, Infinity, Number.NaN];

async function bits(op: (x: tf.Tensor) => tf.Tensor, x: tf.Tensor, dy: tf.Tensor): Promise<number[]> {
  const gradient = tf.grad((each) => op(each))(x, dy);
  const values = Float32Array.from(await gradient.data());
  gradient.dispose();
  // One NaN is as good as another.
  return Array.from(new Uint32Array(values.buffer), (each, at) => (Number.isNaN(values[at]) ? -1 : each));
}

async function composed<Result>(run: () => Promise<Result>): Promise<Result> {
  const configs = [FUSED.reluGradient, FUSED.clipGradient].map((name) => {
    const config: tf.KernelConfig | undefined = tf.getKernel(name, 'wasm');
    if (config === undefined) throw new Error(`The wasm backend has no ${name}.`);
    tf.unregisterKernel(name, 'wasm');
    return config;
  });
  try {
    return await run();
  } finally {
    for (const config of configs) tf.registerKernel(config);
  }
}

describe.each(Object.entries(ops))('the gradient of %s in one kernel has the bits of the composed ops', (_, op) => {
  test('at every edge, for every kind of pull', async () => {
    const pairs = EDGES.flatMap((x) => PULLS.map((dy) => [x, dy] as const));
    const x = tf.tensor1d(pairs.map(([each]) => each));
    const dy = tf.tensor1d(pairs.map(([, each]) => each));
    expect(await bits(op, x, dy)).toEqual(await composed(() => bits(op, x, dy)));
    tf.dispose([x, dy]);
  });

  test.each([0, 1, 2, 3, 5, 8, 1023])('over %i numbers', async (size) => {
    const x = tf.randomNormal([size], 1, 4, 'float32', 1);
    const dy = tf.randomNormal([size], 0, 1, 'float32', 2);
    const before = tf.memory().numTensors;
    const found = await bits(op, x, dy);
    expect(found.length).toBe(size);
    expect(found).toEqual(await composed(() => bits(op, x, dy)));
    expect(tf.memory().numTensors).toBe(before);
    tf.dispose([x, dy]);
  });
});
