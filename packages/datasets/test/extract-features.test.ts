import * as tf from '@tensorflow/tfjs-core';
import * as layers from '@tensorflow/tfjs-layers';
import { cpu } from '@graft-ml/backend-cpu';
import { networkOf, useBackend, type Progress } from '@graft-ml/core';
import { beforeAll, describe, expect, it } from 'vitest';
import { extractFeatures } from '../src/features/index.js';
import { arrayDataset, subset } from '../src/index.js';
import { inputsOf, toy, toyTrunk as trunkOf, watchedStore as watched } from './toy.js';

beforeAll(async () => {
  await useBackend(cpu());
});

describe('extractFeatures', () => {
  it('gives what the trunk gives, with the targets and order of the data', async () => {
    const trunk = trunkOf();
    const data = subset(toy(10), [7, 2, 9, 0, 5]);
    const before = tf.memory().numTensors;
    const features = await extractFeatures(trunk, data, { batchSize: 2 });
    expect(tf.memory().numTensors).toBe(before);
    expect(features.inputShapes).toEqual([[3]]);
    expect([...(features.classes ?? [])]).toEqual([...(data.classes ?? [])]);
    const kernel = await trunk.weights[0]?.variable.data();
    const expected = [7, 2, 9, 0, 5].flatMap((at) =>
      [0, 1, 2].map((unit) => Math.tanh(at * (kernel?.[unit] ?? 0) - at * (kernel?.[3 + unit] ?? 0))),
    );
    const [found = []] = await inputsOf(features);
    for (const [at, want] of expected.entries()) expect(found[at]).toBeCloseTo(want, 5);
  });

  it('keeps several outputs and their shapes, and other targets', async () => {
    const input = layers.input({ shape: [2] });
    const reshaped = layers.layers.reshape({ targetShape: [1, 2] }).apply(input);
    const dense = layers.layers.dense({ units: 4 }).apply(input);
    if (!(reshaped instanceof layers.SymbolicTensor) || !(dense instanceof layers.SymbolicTensor))
      throw new Error('no tensors');
    const trunk = networkOf(layers.model({ inputs: input, outputs: [reshaped, dense] }));
    const data = arrayDataset({
      name: 'values',
      inputs: [{ data: Float32Array.of(1, 2, 3, 4), shape: [2] }],
      targets: Float32Array.of(0.5, 1.5, 2.5, 3.5),
      target: { kind: 'values', names: ['a', 'b'] },
    });
    const store = watched();
    for (let time = 0; time < 2; time++) {
      const features = await extractFeatures(trunk, data, { store });
      expect(features.inputShapes).toEqual([[1, 2], [4]]);
      expect((await inputsOf(features))[0]).toEqual([1, 2, 3, 4]);
      const batch = await features.batch([1]);
      expect([...(await batch.targets.data())]).toEqual([2.5, 3.5]);
      for (const each of [...batch.inputs, batch.targets]) each.dispose();
    }
    expect(store.shards()).toHaveLength(1);
  });

  it('computes once for the same trunk and data, whatever their names; again for others', async () => {
    const store = watched();
    const first = await extractFeatures(trunkOf(), toy(8), { store });
    const again = await extractFeatures(trunkOf(3, 'another'), toy(8, 3, 'other name'), { store });
    expect(store.shards()).toHaveLength(1);
    expect(await inputsOf(again)).toEqual(await inputsOf(first));
    expect(await again.fingerprint()).toBe(await first.fingerprint());
    const others = [
      await extractFeatures(trunkOf(3, 'features', 2), toy(8), { store }),
      await extractFeatures(trunkOf(4), toy(8), { store }),
      await extractFeatures(trunkOf(), toy(9), { store }),
    ];
    expect(new Set(store.shards()).size).toBe(4);
    const prints = await Promise.all([first, ...others].map((each) => each.fingerprint()));
    expect(new Set(prints).size).toBe(4);
  });

  it('computes damaged entries again, and replaces them', async () => {
    const store = watched();
    const first = await inputsOf(await extractFeatures(trunkOf(), toy(8), { store }));
    const [name = ''] = store.shards();
    const whole = await store.read(name);
    const damages: readonly ((bytes: Uint8Array) => Uint8Array)[] = [
      (bytes) => bytes.subarray(0, bytes.length / 2),
      () => new Uint8Array(0),
      () => new TextEncoder().encode('something else entirely'),
      (bytes) => bytes.with(bytes.length - 40, (bytes.at(-40) ?? 0) ^ 1),
      (bytes) => bytes.with(20, (bytes[20] ?? 0) ^ 4),
    ];
    for (const [at, damage] of damages.entries()) {
      await store.write(name, damage(whole));
      expect(await inputsOf(await extractFeatures(trunkOf(), toy(8), { store }))).toEqual(first);
      expect(await store.read(name), `after damage ${at}`).toEqual(whole);
    }
  });

  it('reports progress to the end, and stops when cancelled', async () => {
    const seen: Progress[] = [];
    const data = toy(100);
    await extractFeatures(trunkOf(), data, { batchSize: 10, onProgress: (progress) => seen.push(progress) });
    const about = { task: 'extracting features of toy', unit: 'examples', total: 100 };
    expect(seen[0]).toEqual({ ...about, done: 0 });
    const last = seen.at(-1);
    expect(last).toMatchObject({ ...about, done: 100, secondsLeft: 0 });
    expect(last?.perSecond).toBeGreaterThan(0);
    const controller = new AbortController();
    const before = tf.memory().numTensors;
    const stopped = extractFeatures(trunkOf(), data, {
      batchSize: 10,
      onProgress: () => {
        controller.abort();
      },
      signal: controller.signal,
    });
    await expect(stopped).rejects.toMatchObject({ code: 'cancelled' });
    // The second trunk's weights are the test's own: kernel and bias.
    expect(tf.memory().numTensors).toBe(before + 2);
  });

  it('names the example that a trunk turns into NaN', async () => {
    const data = arrayDataset({
      name: 'big',
      inputs: [{ data: Float32Array.of(1, 1, 1, 1, 3e38, 3e38), shape: [2] }],
      targets: Int32Array.of(0, 0, 0),
      target: { kind: 'classes', labels: ['a'] },
    });
    const kernelInitializer = layers.initializers.constant({ value: 10 });
    const trunk = networkOf(
      layers.sequential({ layers: [layers.layers.dense({ units: 2, inputShape: [2], kernelInitializer })] }),
    );
    await expect(extractFeatures(trunk, data)).rejects.toThrow(/The trunk gives Infinity for example 2 of "big"/);
  });

  it('refuses empty data and inputs that do not fit', async () => {
    await expect(extractFeatures(trunkOf(), toy(0))).rejects.toThrow(/"toy" has no examples/);
    const wide = networkOf(layers.sequential({ layers: [layers.layers.dense({ units: 2, inputShape: [5] })] }));
    const before = tf.memory().numTensors;
    await expect(extractFeatures(wide, toy(4))).rejects.toMatchObject({ code: 'bad-input' });
    expect(tf.memory().numTensors).toBe(before);
  });
});
