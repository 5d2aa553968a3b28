import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import * as tf from '@tensorflow/tfjs-core';
import { wasm } from '@graft-ml/backend-wasm';
import { encodeSafetensors, networkOf, nodeAt, predict, useBackend, type NamedArray } from '@graft-ml/core';
import { arrayDataset } from '@graft-ml/datasets';
import { fit, sgd } from '@graft-ml/train';
import { efficientnet, loadTorchWeights, type EfficientnetVariant } from '../src/index.js';
import { fillByFormula, formula } from './formula-weights.js';

interface Golden {
  readonly parameters: number;
  /** timm's name of each array, which is ours, and torchvision's. */
  readonly names: Readonly<Record<string, string>>;
  readonly everyEighthFeature: readonly number[];
  readonly logits: readonly number[];
}

let golden: { inputShape: number[]; classes: number; b0: Golden; lite0: Golden };

beforeAll(async () => {
  await useBackend(wasm());
  golden = JSON.parse(await readFile(new URL('fixtures/efficientnet.json', import.meta.url), 'utf8'));
});

function expectNear(found: readonly number[], wanted: readonly number[]): void {
  expect(found.length).toBe(wanted.length);
  const scale = Math.max(...wanted.map(Math.abs));
  const worst = found.reduce((most, value, at) => Math.max(most, Math.abs(value - (wanted[at] ?? 0))), 0);
  expect(worst / scale).toBeLessThan(1e-4);
}

const small = (variant: EfficientnetVariant, seed: number) =>
  efficientnet({ variant, seed, inputShape: golden.inputShape, classes: golden.classes });

const KINDS: Readonly<Record<string, string>> = {
  kernel: 'weight',
  depthwise_kernel: 'weight',
  gamma: 'weight',
  beta: 'bias',
  bias: 'bias',
  moving_mean: 'running_mean',
  moving_variance: 'running_var',
};

/** A weight as PyTorch lays it out. */
async function torchArray(variable: tf.Variable, isDepthwise: boolean): Promise<NamedArray> {
  const { shape } = variable;
  const axes =
    shape.length === 2 ? [1, 0] : shape.length === 4 ? (isDepthwise ? [2, 3, 0, 1] : [3, 2, 0, 1]) : undefined;
  const turned = axes === undefined ? tf.clone(variable) : tf.transpose(variable, axes);
  const data = Float32Array.from(await turned.data());
  turned.dispose();
  return { shape: turned.shape, data };
}

describe.each<EfficientnetVariant>(['b0', 'lite0'])('efficientnet-%s', (variant) => {
  it('gives what torchvision’s network gives for the same weights, and has as many', async () => {
    const network = networkOf(small(variant, 1));
    fillByFormula(network);
    const { inputShape, classes } = golden;
    const x = tf.tensor(
      formula(
        'input',
        inputShape.reduce((a, b) => a * b, 1),
      ),
      [1, ...inputShape],
    );
    const pooled = nodeAt(network, 'global_pool')?.outputs ?? [];
    const outputs = predict({ ...network, outputs: [...pooled, ...network.outputs] }, [x], { logits: true });
    const [features = [], logits = []] = await Promise.all(outputs.map(async (each) => Array.from(await each.data())));
    expectNear(
      features.filter((_, index) => index % 8 === 0),
      golden[variant].everyEighthFeature,
    );
    expectNear(logits, golden[variant].logits);
    const training = network.weights.filter(({ statistic }) => !statistic);
    const count = training.reduce((sum, { variable }) => sum + variable.size, 0);
    // PyTorch counts what trains, with 1,000 classes.
    expect(count + (1000 - classes) * 1281).toBe(golden[variant].parameters);
  });

  it('takes weights by timm’s names, and by torchvision’s with a map', async () => {
    const source = small(variant, 1);
    fillByFormula(networkOf(source));
    const byTimm = new Map<string, NamedArray>();
    for (const { name, variable } of networkOf(source).weights) {
      const at = name.lastIndexOf('/');
      const kind = name.slice(at + 1);
      byTimm.set(`${name.slice(0, at)}.${KINDS[kind] ?? ''}`, await torchArray(variable, kind === 'depthwise_kernel'));
    }
    const { names } = golden[variant];
    expect([...byTimm.keys()].sort()).toEqual(Object.keys(names).sort());
    const byTorchvision = new Map([...byTimm].map(([name, array]) => [names[name] ?? '', array]));
    const mapped = (weight: string): string | undefined => {
      const at = weight.lastIndexOf('/');
      return names[`${weight.slice(0, at)}.${KINDS[weight.slice(at + 1)] ?? ''}`];
    };
    for (const [arrays, options] of [
      [byTimm, {}],
      [byTorchvision, { nameOf: mapped }],
    ] as const) {
      const target = small(variant, 2);
      loadTorchWeights(target, encodeSafetensors(arrays), options);
      const filled = networkOf(target).weights;
      for (const [index, { name, variable }] of networkOf(source).weights.entries()) {
        const other = filled[index]?.variable ?? tf.scalar(0);
        const different = tf.tidy(() => tf.sum(tf.cast(tf.notEqual(variable, other), 'int32')));
        expect((await different.data())[0], name).toBe(0);
        different.dispose();
      }
    }
  });

  it('trains: every weight that may move does', async () => {
    const model = efficientnet({ variant, seed: 3, inputShape: [32, 32, 3], classes: 2 });
    const network = networkOf(model);
    const before = new Map<string, number[]>();
    const trainable = network.weights.filter(({ statistic }) => !statistic);
    for (const { name, variable } of trainable) before.set(name, Array.from(await variable.data()));
    const data = arrayDataset({
      name: 'noise',
      inputs: [{ data: formula('noise', 4 * 32 * 32 * 3), shape: [32, 32, 3] }],
      targets: Int32Array.of(0, 1, 0, 1),
      target: { kind: 'classes', labels: ['a', 'b'] },
    });
    const losses: number[] = [];
    for await (const event of fit({
      network,
      data,
      steps: 2,
      batchSize: 4,
      optimizer: sgd({ learningRate: 0.05 }),
      seed: 1,
    })) {
      if (event.type === 'step') losses.push(event.loss);
    }
    expect(losses.every(Number.isFinite)).toBe(true);
    const still: string[] = [];
    for (const { name, variable } of trainable) {
      const values = Array.from(await variable.data());
      if (values.every((value, at) => value === before.get(name)?.[at])) still.push(name);
    }
    expect(still).toEqual([]);
  });
});

it('refuses shapes and heads that cannot be', () => {
  expect(() => efficientnet({ variant: 'b0', seed: 1, inputShape: [16, 32, 3] })).toThrow(/EfficientNet-B0 was asked/);
  expect(() => efficientnet({ variant: 'lite0', seed: 1, classes: 0 })).toThrow(/head of EfficientNet-Lite0/);
});
