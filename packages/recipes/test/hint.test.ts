import { readFileSync } from 'node:fs';
import { cpu } from '@graft-ml/backend-cpu';
import { networkOf, slotInfo, useBackend, type Network, type Shape } from '@graft-ml/core';
import { arrayDataset } from '@graft-ml/datasets';
import { extractFeatures } from '@graft-ml/datasets/features';
import { fit, sgd } from '@graft-ml/train';
import * as tf from '@tensorflow/tfjs-core';
import * as layers from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { hintData, withRegressor } from '../src/recipes/hint-regression.js';
import { weightsOf } from './toys.js';

const numbers = z.array(z.number());
const weights = z.record(z.string(), numbers);
const step = z.object({
  inputs: numbers,
  teacher: weights,
  before: weights,
  loss: z.number(),
  gradients: weights,
  after: weights,
});
const fixture = z
  .object({ rate: z.number(), maps: step, vectors: step })
  .parse(JSON.parse(readFileSync(new URL('fixtures/hint-step.json', import.meta.url), 'utf8')));

const EXAMPLES = 4;

/** The layer of a teacher or a student: 3×3 or 2×2 convolutions without padding, or dense layers; tanh has gradients everywhere. */
function oneLayer(
  kind: 'maps' | 'vectors',
  name: string,
  units: number,
  kernelSize: number,
  values: Readonly<Record<'kernel' | 'bias', readonly number[] | undefined>>,
): Network {
  const layer =
    kind === 'maps'
      ? layers.layers.conv2d({ filters: units, kernelSize, activation: 'tanh', inputShape: [6, 6, 2], name })
      : layers.layers.dense({ units, activation: 'tanh', inputShape: [5], name });
  const network = networkOf(layers.sequential({ layers: [layer] }));
  setWeights(network, { [`${name}/kernel`]: values.kernel ?? [], [`${name}/bias`]: values.bias ?? [] });
  return network;
}

function setWeights(network: Network, values: Readonly<Record<string, readonly number[]>>): void {
  for (const { name, variable } of network.weights) {
    tf.tidy(() => variable.assign(tf.tensor([...(values[name] ?? [])], variable.shape)));
  }
}

beforeAll(async () => {
  await useBackend(cpu());
});

describe('hints', () => {
  it.each([
    { kind: 'maps', input: [6, 6, 2], teacher: [3, 3], student: [2, 2] },
    { kind: 'vectors', input: [5], teacher: [4, 0], student: [2, 0] },
  ] as const)('$kind: loss, gradients and updated weights are PyTorch’s to 1e-4', async (given) => {
    const { kind, input, teacher, student } = given;
    const reference = fixture[kind];
    const { kernel, bias } = reference.teacher;
    const hinting = oneLayer(kind, 'hint', teacher[0], teacher[1], { kernel, bias });
    const guided = oneLayer(kind, 'guided', student[0], student[1], {
      kernel: reference.before['guided/kernel'],
      bias: reference.before['guided/bias'],
    });
    const train = arrayDataset({
      name: 'hinted',
      inputs: [{ data: Float32Array.from(reference.inputs), shape: [...input] }],
      targets: new Int32Array(EXAMPLES),
      target: { kind: 'classes', labels: ['a'] },
    });
    const shapes = (network: Network): Shape[] => network.outputs.map((slot) => slotInfo(network, slot).shape);
    const model = withRegressor(guided, shapes(guided), shapes(hinting), 1);
    const network = networkOf(model);
    setWeights(network, reference.before);
    const losses: number[] = [];
    const training = fit({
      network,
      data: hintData(train, await extractFeatures(hinting, train)),
      steps: 1,
      batchSize: EXAMPLES,
      seed: 2,
      optimizer: sgd({ learningRate: fixture.rate }),
    });
    for await (const event of training) if (event.type === 'step') losses.push(event.loss);
    expect(losses[0]).toBeCloseTo(reference.loss, 5);
    const after = await weightsOf(model);
    expect([...after.keys()].toSorted()).toEqual(Object.keys(reference.after).toSorted());
    for (const [name, values] of Object.entries(reference.after)) {
      for (const [at, value] of values.entries()) {
        const before = reference.before[name]?.[at] ?? 0;
        expect(after.get(name)?.[at], name).toBeCloseTo(value, 5);
        expect((before - (after.get(name)?.[at] ?? 0)) / fixture.rate, name).toBeCloseTo(
          reference.gradients[name]?.[at] ?? Infinity,
          4,
        );
      }
    }
  });
});
