import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import * as tf from '@tensorflow/tfjs-core';
import { wasm } from '@graft-ml/backend-wasm';
import { encodeSafetensors, networkOf, nodeAt, predict, useBackend, type NamedArray } from '@graft-ml/core';
import { loadTorchWeights, resnet, type ResnetDepth } from '../src/index.js';
import { fillByFormula, formula } from './formula-weights.js';

interface Golden {
  readonly parameters: number;
  readonly names: readonly string[];
  readonly everyEighthFeature: readonly number[];
  readonly logits: readonly number[];
}

let golden: { inputShape: number[]; classes: number; 18: Golden; 50: Golden };

beforeAll(async () => {
  await useBackend(wasm());
  golden = JSON.parse(await readFile(new URL('fixtures/resnet.json', import.meta.url), 'utf8'));
});

function expectNear(found: readonly number[], wanted: readonly number[]): void {
  expect(found.length).toBe(wanted.length);
  const scale = Math.max(...wanted.map(Math.abs));
  const worst = found.reduce((most, value, at) => Math.max(most, Math.abs(value - (wanted[at] ?? 0))), 0);
  expect(worst / scale).toBeLessThan(1e-4);
}

describe.each<ResnetDepth>([18, 50])('resnet-%d', (depth) => {
  it('gives what torchvision gives for the same weights, and has as many', async () => {
    const { inputShape, classes } = golden;
    const network = networkOf(resnet({ depth, seed: 1, inputShape, classes }));
    fillByFormula(network);
    const x = tf.tensor(
      formula(
        'input',
        inputShape.reduce((a, b) => a * b, 1),
      ),
      [1, ...inputShape],
    );
    const pooled = nodeAt(network, 'avgpool')?.outputs ?? [];
    const outputs = predict({ ...network, outputs: [...pooled, ...network.outputs] }, [x], { logits: true });
    const [features = [], logits = []] = await Promise.all(outputs.map(async (each) => Array.from(await each.data())));
    expectNear(
      features.filter((_, index) => index % 8 === 0),
      golden[depth].everyEighthFeature,
    );
    expectNear(logits, golden[depth].logits);
    // torchvision counts what trains, with 1,000 classes.
    const width = depth === 18 ? 512 : 2048;
    const training = network.weights.filter(({ statistic }) => !statistic);
    const count = training.reduce((sum, { variable }) => sum + variable.size, 0);
    expect(count + (1000 - classes) * (width + 1)).toBe(golden[depth].parameters);
  });
});

/** A weight as PyTorch lays it out, by loops over its axes. */
async function torchArray(variable: tf.Variable): Promise<NamedArray> {
  const data = Float32Array.from(await variable.data());
  const { shape } = variable;
  const [a = 1, b = 1, c = 1, d = 1] = shape;
  if (shape.length === 2) {
    const turned = new Float32Array(data.length);
    for (let i = 0; i < a; i++) for (let j = 0; j < b; j++) turned[j * a + i] = data[i * b + j] ?? 0;
    return { shape: [b, a], data: turned };
  }
  if (shape.length !== 4) return { shape, data };
  const turned = new Float32Array(data.length);
  for (let h = 0; h < a; h++)
    for (let w = 0; w < b; w++)
      for (let i = 0; i < c; i++)
        for (let o = 0; o < d; o++) turned[((o * c + i) * a + h) * b + w] = data[((h * b + w) * c + i) * d + o] ?? 0;
  return { shape: [d, c, a, b], data: turned };
}

describe('loadTorchWeights', () => {
  const small = (seed: number, classes = 3) => resnet({ depth: 18, seed, inputShape: [32, 32, 3], classes });

  async function torchFile(model: ReturnType<typeof small>): Promise<Uint8Array> {
    const { weights } = networkOf(model);
    const kinds: Record<string, string> = {
      kernel: 'weight',
      gamma: 'weight',
      beta: 'bias',
      bias: 'bias',
      moving_mean: 'running_mean',
      moving_variance: 'running_var',
    };
    const arrays = new Map<string, NamedArray>();
    for (const { name, variable } of weights) {
      const [layer = '', kind = ''] = name.split('/');
      arrays.set(`${layer}.${kinds[kind] ?? ''}`, await torchArray(variable));
    }
    expect([...arrays.keys()].sort()).toEqual([...golden[18].names].sort());
    return encodeSafetensors(arrays);
  }

  it('fills ResNet from an array for each of torchvision’s names', async () => {
    const [source, target] = [small(1), small(2)];
    fillByFormula(networkOf(source));
    loadTorchWeights(target, await torchFile(source));
    const filled = new Map(networkOf(target).weights.map(({ name, variable }) => [name, variable]));
    for (const { name, variable } of networkOf(source).weights) {
      const other = filled.get(name);
      const different = tf.tidy(() => tf.sum(tf.cast(tf.notEqual(variable, other ?? tf.scalar(0)), 'int32')));
      expect((await different.data())[0], name).toBe(0);
    }
  });

  it('leaves out the layers that it is told to, and else names what does not fit', async () => {
    const file = await torchFile(small(1));
    const other = small(2, 5);
    expect(() => loadTorchWeights(other, file, { from: 'r18.safetensors' })).toThrow(
      /"fc.weight" of r18\.safetensors has shape \[3, 512\].*except/,
    );
    expect(() => loadTorchWeights(other, file, { except: ['fc'] })).not.toThrow();
    expect(() => loadTorchWeights(other, file, { nameOf: (name) => `model.${name}` })).toThrow(
      /no array "model\.conv1\/kernel"/,
    );
  });
});
