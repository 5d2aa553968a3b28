import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import * as layers from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { cpu } from '@graft-ml/backend-cpu';
import { wasm } from '@graft-ml/backend-wasm';
import { networkOf, predict, useBackend, type Backend, type Network } from '@graft-ml/core';
import { arrayDataset } from '@graft-ml/datasets';
import { fit, sgd } from '@graft-ml/train';
import {
  applyAdapter,
  ia3,
  lora,
  mergeAdapters,
  residual,
  saveAdapter,
  withAdapters,
  type AdapterMethod,
} from '../src/adapters/index.js';

const weights = z.record(z.string(), z.array(z.number()));
const fixture = z
  .object({
    rate: z.number(),
    images: z.array(z.number()),
    labels: z.array(z.number()),
    base: weights,
    cases: z.array(
      z.object({
        kind: z.enum(['lora', 'ia3', 'residual']),
        settings: z.object({ rank: z.number().exactOptional(), alpha: z.number().exactOptional() }),
        start: weights,
        loss: z.number(),
        gradients: weights,
        after: weights,
      }),
    ),
  })
  .parse(JSON.parse(readFileSync(new URL('fixtures/adapter-step.json', import.meta.url), 'utf8')));

const L = layers.layers;
const METHODS = { lora, ia3, residual };

function sourceModel(): layers.LayersModel {
  const model = layers.sequential({
    layers: [
      L.depthwiseConv2d({
        inputShape: [5, 5, 2],
        kernelSize: 3,
        padding: 'same',
        activation: 'relu',
        name: 'depthwise',
      }),
      L.conv2d({ filters: 4, kernelSize: 3, strides: 2, activation: 'relu', name: 'conv' }),
      L.globalAveragePooling2d({ name: 'pool' }),
      L.dense({ units: 5, activation: 'tanh', name: 'dense' }),
      L.dense({ units: 3, activation: 'softmax', name: 'head' }),
    ],
  });
  assign(networkOf(model), fixture.base);
  return model;
}

function assign(network: Network, values: Readonly<Record<string, readonly number[]>>): void {
  for (const { name, shape, variable } of network.weights) {
    const given = values[name];
    if (given !== undefined) tf.tidy(() => variable.assign(tf.tensor([...given], [...shape])));
  }
}

async function read(network: Network): Promise<Map<string, readonly number[]>> {
  return new Map(
    await Promise.all(network.weights.map(async ({ name, variable }) => [name, [...(await variable.data())]] as const)),
  );
}

const data = arrayDataset({
  name: 'three',
  inputs: [{ data: Float32Array.from(fixture.images), shape: [5, 5, 2] }],
  targets: Int32Array.from(fixture.labels),
  target: { kind: 'classes', labels: ['a', 'b', 'c'] },
});

async function outputs(network: Network): Promise<number[]> {
  const x = tf.tensor(fixture.images, [3, 5, 5, 2]);
  const [y] = predict(network, [x]);
  const values = [...((await y?.data()) ?? [])];
  tf.dispose([x, ...(y === undefined ? [] : [y])]);
  return values;
}

const backends: readonly (readonly [string, () => Backend])[] = [
  ['cpu', cpu],
  ['wasm', wasm],
];

describe.each(backends)('adapters, on %s', (_name, backend) => {
  beforeAll(async () => {
    await useBackend(backend());
  });

  it.each(fixture.cases)('$kind: loss, gradients and one step are PyTorch’s to 1e-4', async (reference) => {
    const method = METHODS[reference.kind](reference.settings);
    const { network, adapterWeights } = withAdapters(sourceModel(), { method, seed: 1 });
    expect([...adapterWeights].sort()).toEqual(Object.keys(reference.start).sort());
    assign(network, reference.start);
    const before = await read(network);
    const frozen = new Set(network.weights.map(({ name }) => name).filter((name) => !adapterWeights.includes(name)));
    const losses: number[] = [];
    const optimizer = sgd({ learningRate: fixture.rate });
    for await (const event of fit({ network, data, frozen, optimizer, steps: 1, batchSize: 3, seed: 1 }))
      if (event.type === 'step') losses.push(event.loss);
    expectClose(losses, [reference.loss]);
    for (const [name, values] of await read(network)) {
      if (frozen.has(name)) {
        expect(values, name).toEqual(before.get(name));
        continue;
      }
      expectClose(values, reference.after[name] ?? []);
      const gradients = values.map((value, at) => ((before.get(name)?.[at] ?? 0) - value) / fixture.rate);
      expectClose(gradients, reference.gradients[name] ?? [], 2e-2);
    }
  });

  it.each(fixture.cases)('$kind: merging changes outputs by at most 1e-5, and unmerging nothing', async (reference) => {
    const source = sourceModel();
    const method = METHODS[reference.kind](reference.settings);
    const adapted = withAdapters(source, { method, seed: 1 });
    expectClose(await outputs(adapted.network), await outputs(networkOf(source)), 1, 1e-5);
    assign(adapted.network, reference.start);
    const merged = networkOf(mergeAdapters(adapted.network));
    const [with_, without] = [await outputs(merged), await outputs(networkOf(source))];
    expectClose(with_, await outputs(adapted.network), 1, 1e-5);
    expect(with_).not.toEqual(without);
    expect(merged.nodes.map(({ kind }) => kind)).toEqual(networkOf(source).nodes.map(({ kind }) => kind));
    const kept = await read(adapted.network);
    for (const [name, values] of await read(networkOf(source))) expect(kept.get(name), name).toEqual(values);
  });
});

describe('saved adapters', () => {
  beforeAll(async () => {
    await useBackend(cpu());
  });

  it('switch on one backbone, byte for byte, and leak nothing', async () => {
    const source = sourceModel();
    const { network, adapterWeights, model } = withAdapters(source, { method: lora({ rank: 1 }), seed: 1 });
    const fresh = await saveAdapter(network, adapterWeights);
    const plain = await outputs(network);
    for (const { name, variable } of network.weights)
      if (adapterWeights.includes(name)) tf.tidy(() => variable.assign(tf.fill(variable.shape, 0.3)));
    const other = await saveAdapter(network, adapterWeights);
    const changed = await outputs(network);
    expect(changed).not.toEqual(plain);
    const tensors = tf.memory().numTensors;
    applyAdapter(network, fresh);
    expect(await outputs(network)).toEqual(plain);
    applyAdapter(network, other);
    expect(await outputs(network)).toEqual(changed);
    expect(tf.memory().numTensors).toBe(tensors);
    expect(fresh.byteLength).toBeLessThan(2000);
    model.dispose();
  });

  it('refuse another network, other bytes, and targets that match nothing', async () => {
    const source = sourceModel();
    const small = withAdapters(source, { method: lora({ rank: 1 }), seed: 1 });
    const large = withAdapters(source, { method: lora({ rank: 2 }), seed: 1 });
    const bytes = await saveAdapter(small.network, small.adapterWeights);
    const before = await read(large.network);
    expect(() => applyAdapter(large.network, bytes)).toThrow(/lora_a.*shape/);
    expect(await read(large.network)).toEqual(before);
    expect(() => applyAdapter(large.network, new Uint8Array(20))).toThrow(/safetensors/);
    await expect(saveAdapter(small.network, ['x/lora_a'])).rejects.toThrow(/"x\/lora_a"/);
    const on = (method: AdapterMethod, targets: string) => () => withAdapters(source, { method, targets, seed: 1 });
    expect(on(lora(), 'convv')).toThrow(/"convv" matches no layer.*"conv"/);
    expect(on(lora(), 'head')).toThrow(/none that lora can adapt/);
    expect(on(residual(), 'depthwise')).toThrow(/none that residual can adapt/);
    expect(() => lora({ rank: 0 })).toThrow(/rank = 0/);
    expect(() => lora({ alpha: 0 })).toThrow(/alpha = 0/);
  });
});

/** Relative to the reference; values below `floor` as if they were so large. */
function expectClose(actual: readonly number[], expected: readonly number[], floor = 1e-3, bound = 1e-4): void {
  expect(actual).toHaveLength(expected.length);
  for (const [at, value] of actual.entries()) {
    const wanted = expected[at] ?? Number.NaN;
    expect(Math.abs(value - wanted), `${value} against ${wanted}`).toBeLessThanOrEqual(
      bound * Math.max(Math.abs(wanted), floor),
    );
  }
}
