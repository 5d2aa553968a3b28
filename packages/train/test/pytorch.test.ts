import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import * as layers from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { networkOf, useBackend, type Backend, type Network } from '@graft-ml/core';
import { cpu } from '@graft-ml/backend-cpu';
import { wasm } from '@graft-ml/backend-wasm';
import { adam, adamW, fit, sgd, type Loss, type OptimizerSpec } from '../src/index.js';
import { computeLoss } from '../src/losses/compute-loss.js';
import { toyDataset, weightsOf } from './toys.js';

const weights = z.record(z.string(), z.array(z.number()));
const loss = z.looseObject({
  kind: z.string(),
  labelSmoothing: z.number().exactOptional(),
  classWeights: z.array(z.number()).exactOptional(),
});
const fixture = z
  .object({
    input: z.object({ shape: z.array(z.number()), images: z.array(z.array(z.number())), labels: z.array(z.number()) }),
    start: weights,
    cases: z.array(
      z.object({
        name: z.string(),
        optimizer: z.looseObject({ kind: z.string() }),
        clipNorm: z.number().optional(),
        headLearningRate: z.number().optional(),
        losses: z.array(z.number()),
        after: z.record(z.string(), weights),
      }),
    ),
    losses: z.array(
      z.object({
        name: z.string(),
        loss,
        shape: z.tuple([z.number(), z.number()]),
        outputs: z.array(z.number()),
        targets: z.union([z.array(z.number()), z.array(z.array(z.number()))]),
        value: z.number(),
        gradient: z.array(z.number()),
      }),
    ),
  })
  .parse(JSON.parse(readFileSync(new URL('fixtures/pytorch-step.json', import.meta.url), 'utf8')));

const backends: readonly (readonly [string, () => Backend])[] = [
  ['cpu', cpu],
  ['wasm', wasm],
];

describe.each(backends)('against PyTorch, on %s', (_name, backend) => {
  beforeAll(async () => {
    await useBackend(backend());
  });

  describe.each(fixture.cases)('$name', (reference) => {
    it.each([1, 3])('%i step(s): the losses and every updated weight agree to 1e-4', async (steps) => {
      const network = startNetwork();
      const { input, clipNorm, headLearningRate } = { ...fixture, ...reference };
      const data = toyDataset({
        inputs: input.images,
        shape: input.shape,
        targets: input.labels,
        target: { kind: 'classes', labels: ['a', 'b', 'c', 'd'] },
      });
      const seen: number[] = [];
      const groups =
        headLearningRate === undefined
          ? []
          : [{ name: 'head', weights: ['head/kernel', 'head/bias'], learningRate: headLearningRate }];
      const training = fit({
        network,
        data,
        optimizer: specOf(reference.optimizer),
        groups,
        clipNorm,
        steps,
        batchSize: input.images.length,
        seed: 1,
      });
      for await (const event of training) if (event.type === 'step') seen.push(event.loss);
      expectClose(seen, reference.losses.slice(0, steps));
      const after = await weightsOf(network);
      const expected = reference.after[String(steps)] ?? {};
      expect(Object.keys(after).sort()).toEqual(Object.keys(expected).sort());
      for (const [name, values] of Object.entries(after)) expectClose(values, expected[name] ?? []);
    });
  });

  it.each(fixture.losses)('$name: value and gradient agree', async (reference) => {
    const spec = lossOf(reference.loss);
    const outputs = tf.tensor2d(reference.outputs, reference.shape);
    const flat = reference.targets.flat();
    const targets = spec.kind === 'cross-entropy' ? tf.tensor1d(flat, 'int32') : tf.tensor2d(flat, reference.shape);
    const form = spec.kind.endsWith('cross-entropy') ? 'as-logits' : 'values';
    const { value, grad } = tf.valueAndGrad((x: tf.Tensor) => computeLoss(spec, x, targets, form))(outputs);
    expectClose(Array.from(await value.data()), [reference.value]);
    expectClose(Array.from(await grad.data()), reference.gradient);
    tf.dispose([outputs, targets, value, grad]);
  });
});

function startNetwork(): Network {
  const model = layers.sequential({
    layers: [
      layers.layers.conv2d({
        filters: 3,
        kernelSize: 3,
        activation: 'relu',
        inputShape: fixture.input.shape,
        name: 'conv',
      }),
      layers.layers.maxPooling2d({ poolSize: 2 }),
      layers.layers.flatten(),
      layers.layers.dense({ units: 4, activation: 'softmax', name: 'head' }),
    ],
  });
  const network = networkOf(model);
  for (const { name, shape, variable } of network.weights) {
    tf.tidy(() => {
      variable.assign(tf.tensor(fixture.start[name] ?? [], [...shape]));
    });
  }
  return network;
}

function specOf({ kind, ...numbers }: { readonly kind: string }): OptimizerSpec {
  if (kind === 'sgd') return sgd(numbers);
  return kind === 'adam' ? adam(numbers) : adamW(numbers);
}

function lossOf({ kind, ...options }: z.infer<typeof loss>): Loss {
  switch (kind) {
    case 'cross-entropy':
    case 'binary-cross-entropy':
    case 'mean-squared-error':
    case 'mean-absolute-error':
      return { kind, ...options };
    default:
      throw new Error(`The fixture holds an unknown loss, ${kind}.`);
  }
}

/** Within 1e-4 of the reference, relative; values below 1e-3 to within 1e-7. */
function expectClose(actual: readonly number[], expected: readonly number[]): void {
  expect(actual).toHaveLength(expected.length);
  for (const [index, value] of actual.entries()) {
    const wanted = expected[index] ?? Number.NaN;
    expect(Math.abs(value - wanted), `${value} against ${wanted}`).toBeLessThanOrEqual(
      1e-4 * Math.max(Math.abs(wanted), 1e-3),
    );
  }
}
