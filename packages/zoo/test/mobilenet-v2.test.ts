import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { cpu } from '@graft-ml/backend-cpu';
import { wasm } from '@graft-ml/backend-wasm';
import {
  createRng,
  forward,
  networkOf,
  predict,
  reinitialise,
  useBackend,
  type Backend,
  type Network,
} from '@graft-ml/core';
import { arrayDataset } from '@graft-ml/datasets';
import { fit, sgd } from '@graft-ml/train';
import { mobilenetV2 } from '../src/index.js';
import { fillByFormula, formula } from './formula-weights.js';

const gradient = z.object({ first: z.array(z.number()), norm: z.number() });
const reference = z.object({
  alpha: z.number(),
  inputShape: z.array(z.number()),
  classes: z.number(),
  batch: z.number(),
  weights: z.number(),
  features: z.object({ shape: z.array(z.number()), first: z.array(z.number()), sum: z.number() }),
  probabilities: z.array(z.number()),
  loss: z.number(),
  gradients: z.record(z.string(), gradient),
});
const { cases } = z
  .object({ cases: z.array(reference) })
  .parse(JSON.parse(readFileSync(new URL('fixtures/mobilenet-v2.json', import.meta.url), 'utf8')));

function referenceNetwork({
  alpha,
  inputShape,
  classes,
}: Pick<z.infer<typeof reference>, 'alpha' | 'inputShape' | 'classes'>): Network {
  const network = networkOf(mobilenetV2({ seed: 1, alpha, inputShape, classes }));
  fillByFormula(network);
  return network;
}

function imagesOf({ batch, inputShape }: z.infer<typeof reference>): Float32Array {
  return formula(
    'images',
    inputShape.reduce((product, each) => product * each, batch),
  );
}

const count = (options: Omit<Parameters<typeof mobilenetV2>[0], 'seed'>): number => {
  const model = mobilenetV2({ seed: 1, ...options });
  const parameters = model.countParams();
  model.dispose();
  return parameters;
};

describe('the architecture', () => {
  beforeAll(async () => {
    await useBackend(cpu());
  });

  it.each([
    // alpha, without top, with top and 1000 classes: the figures of keras.applications
    [0.35, 410_208, 1_691_208],
    [0.5, 706_224, 1_987_224],
    [0.75, 1_382_064, 2_663_064],
    [1, 2_257_984, 3_538_984],
    [1.4, 4_363_712, 6_156_712],
  ])('has as many parameters as in Keras at width %d', (alpha, bare, whole) => {
    expect(count({ alpha, inputShape: [96, 96, 3], includeTop: false })).toBe(bare);
    expect(count({ alpha })).toBe(whole);
  });

  it('does not grow with the picture', () => {
    expect(count({ alpha: 0.35, inputShape: [224, 224, 3], includeTop: false })).toBe(410_208);
  });

  it('has the layers of Keras, in order, with their shapes', () => {
    const network = networkOf(mobilenetV2({ seed: 1, alpha: 0.35, inputShape: [96, 96, 3] }));
    const described = network.nodes.map(
      ({ path, kind, outputs }) =>
        `${path} ${kind} ${network.slots
          .get(outputs[0] ?? -1)
          ?.shape.slice(1)
          .join('×')}`,
    );
    expect(described.slice(0, 8)).toEqual([
      'Conv1 Conv2D 48×48×16',
      'bn_Conv1 BatchNormalization 48×48×16',
      'Conv1_relu ReLU 48×48×16',
      'expanded_conv_depthwise DepthwiseConv2D 48×48×16',
      'expanded_conv_depthwise_BN BatchNormalization 48×48×16',
      'expanded_conv_depthwise_relu ReLU 48×48×16',
      'expanded_conv_project Conv2D 48×48×8',
      'expanded_conv_project_BN BatchNormalization 48×48×8',
    ]);
    expect(described.slice(8, 27)).toEqual([
      'block_1_expand Conv2D 48×48×48',
      'block_1_expand_BN BatchNormalization 48×48×48',
      'block_1_expand_relu ReLU 48×48×48',
      'block_1_pad ZeroPadding2D 49×49×48',
      'block_1_depthwise DepthwiseConv2D 24×24×48',
      'block_1_depthwise_BN BatchNormalization 24×24×48',
      'block_1_depthwise_relu ReLU 24×24×48',
      'block_1_project Conv2D 24×24×8',
      'block_1_project_BN BatchNormalization 24×24×8',
      'block_2_expand Conv2D 24×24×48',
      'block_2_expand_BN BatchNormalization 24×24×48',
      'block_2_expand_relu ReLU 24×24×48',
      'block_2_depthwise DepthwiseConv2D 24×24×48',
      'block_2_depthwise_BN BatchNormalization 24×24×48',
      'block_2_depthwise_relu ReLU 24×24×48',
      'block_2_project Conv2D 24×24×8',
      'block_2_project_BN BatchNormalization 24×24×8',
      'block_2_add Add 24×24×8',
      'block_3_expand Conv2D 24×24×48',
    ]);
    expect(described.slice(-8)).toEqual([
      'block_16_depthwise_relu ReLU 3×3×336',
      'block_16_project Conv2D 3×3×112',
      'block_16_project_BN BatchNormalization 3×3×112',
      'Conv_1 Conv2D 3×3×1280',
      'Conv_1_bn BatchNormalization 3×3×1280',
      'out_relu ReLU 3×3×1280',
      'global_average_pooling2d GlobalAveragePooling2D 1280',
      'predictions Dense 1000',
    ]);
    expect(network.nodes.filter(({ kind }) => kind === 'Add').map(({ path }) => path)).toEqual(
      [2, 4, 5, 7, 8, 9, 11, 12, 14, 15].map((block) => `block_${block}_add`),
    );
    const norms = network.nodes.filter(({ kind }) => kind === 'BatchNormalization');
    expect(norms).toHaveLength(52);
    for (const { layer } of norms)
      expect(layer.getConfig()).toMatchObject({ epsilon: 1e-3, momentum: 0.999, axis: -1 });
    expect(network.weights.slice(0, 6).map(({ name, shape }) => `${name} ${shape.join('×')}`)).toEqual([
      'Conv1/kernel 3×3×3×16',
      'bn_Conv1/gamma 16',
      'bn_Conv1/beta 16',
      'bn_Conv1/moving_mean 16',
      'bn_Conv1/moving_variance 16',
      'expanded_conv_depthwise/depthwise_kernel 3×3×16×1',
    ]);
  });

  it('takes its weights from the seed alone, as reinitialise does', async () => {
    const options = { alpha: 0.35, inputShape: [32, 32, 3], classes: 2 };
    const values = (model: ReturnType<typeof mobilenetV2>): Promise<Float32Array[]> =>
      Promise.all(networkOf(model).weights.map(async ({ variable }) => Float32Array.from(await variable.data())));
    const first = await values(mobilenetV2({ seed: 7, ...options }));
    const other = mobilenetV2({ seed: 8, ...options });
    expect(await values(mobilenetV2({ seed: 7, ...options }))).toEqual(first);
    expect(await values(other)).not.toEqual(first);
    expect(await values(reinitialise(networkOf(other), createRng(7), 'fresh'))).toEqual(first);
  });

  it.each([{ inputShape: [96, 96] }, { inputShape: [31, 96, 3] }, { alpha: 0 }, { alpha: Number.NaN }, { classes: 0 }])(
    'refuses %j',
    (options) => {
      expect(() => mobilenetV2({ seed: 1, ...options })).toThrow(/MobileNet v2/);
    },
  );
});

const backends: readonly (readonly [string, () => Backend])[] = [
  ['cpu', cpu],
  ['wasm', wasm],
];

describe.each(backends)('against PyTorch, on %s', (engine, backend) => {
  beforeAll(async () => {
    await useBackend(backend());
  });

  it.each(cases)('width $alpha, $inputShape: features and probabilities agree', async (wanted) => {
    const network = referenceNetwork(wanted);
    const map = network.nodes.find(({ path }) => path === 'out_relu')?.outputs ?? [];
    const images = tf.tensor(imagesOf(wanted), [wanted.batch, ...wanted.inputShape]);
    const [probabilities, features] = predict({ ...network, outputs: [...network.outputs, ...map] }, [images]);
    if (probabilities === undefined || features === undefined) throw new Error('two outputs were expected');
    expect(features.shape).toEqual(wanted.features.shape);
    const found = Array.from(await features.data());
    expectClose(found.slice(0, wanted.features.first.length), wanted.features.first, 2);
    expectClose([found.reduce((sum, value) => sum + value, 0)], [wanted.features.sum]);
    expectClose(Array.from(await probabilities.data()), wanted.probabilities, 0.2);
    const trained = network.weights.filter(({ statistic }) => !statistic);
    expect(trained.reduce((sum, { variable }) => sum + variable.size, 0)).toBe(wanted.weights);
  });

  // The cpu engine takes seconds for a backward pass: one is enough there.
  const trained = engine === 'cpu' ? cases.slice(0, 1) : cases;
  it.each(trained)('width $alpha, $inputShape: with frozen statistics, loss and gradients agree', async (wanted) => {
    const network = referenceNetwork(wanted);
    const frozen = new Set(network.weights.filter(({ statistic }) => statistic).map(({ name }) => name));
    const before = await statisticsOf(network);
    const images = tf.tensor(imagesOf(wanted), [wanted.batch, ...wanted.inputShape]);
    const picked = network.weights.filter(({ name }) => name in wanted.gradients);
    const { value, grads } = tf.variableGrads(
      () => {
        const [logits = tf.scalar(0)] = forward(network, [images], { training: true, frozen, logits: true });
        const rows = Array.from({ length: wanted.batch }, (_, at) => at % wanted.classes);
        const right = tf.oneHot(tf.tensor1d(rows, 'int32'), wanted.classes);
        return tf.neg(tf.mean(tf.sum(tf.mul(tf.logSoftmax(logits), right), 1)));
      },
      picked.map(({ variable }) => variable),
    );
    expectClose(Array.from(await value.data()), [wanted.loss]);
    expect(picked).toHaveLength(Object.keys(wanted.gradients).length);
    for (const { name, variable } of picked) {
      const { first, norm } = wanted.gradients[name] ?? { first: [], norm: Number.NaN };
      const found = Array.from((await grads[variable.name]?.data()) ?? []);
      expectClose([Math.sqrt(found.reduce((sum, each) => sum + each * each, 0))], [norm]);
      expectClose(found.slice(0, first.length), first, norm / Math.sqrt(found.length));
    }
    expect(await statisticsOf(network)).toEqual(before);
  });
});

it('trains with frozen statistics by fit, which then do not move', async () => {
  await useBackend(wasm());
  const inputShape = [32, 32, 3];
  // Fresh weights would not do: with statistics of 0 and 1 next to nothing comes through fifty layers.
  const network = referenceNetwork({ alpha: 0.35, inputShape, classes: 2 });
  const frozen = new Set(network.weights.filter(({ statistic }) => statistic).map(({ name }) => name));
  const before = await statisticsOf(network);
  const data = arrayDataset({
    name: 'two pictures',
    inputs: [{ data: formula('pictures', 8 * 32 * 32 * 3), shape: inputShape }],
    targets: Int32Array.from([0, 1, 0, 1, 0, 1, 0, 1]),
    target: { kind: 'classes', labels: ['a', 'b'] },
  });
  const losses: number[] = [];
  const training = fit({
    network,
    data,
    frozen,
    optimizer: sgd({ learningRate: 1e-4 }),
    steps: 6,
    batchSize: 8,
    seed: 1,
  });
  for await (const event of training) if (event.type === 'step') losses.push(event.loss);
  expect(losses.at(-1)).toBeLessThan(losses[0] ?? 0);
  expect(await statisticsOf(network)).toEqual(before);
});

async function statisticsOf(network: Network): Promise<Record<string, number[]>> {
  const statistics = network.weights.filter(({ statistic }) => statistic);
  const read = statistics.map(async ({ name, variable }) => [name, Array.from(await variable.data())] as const);
  return Object.fromEntries(await Promise.all(read));
}

/** Within 1e-4 of the reference, relative to it or, where it is smaller, to `least`: fifty layers of float32 round. */
function expectClose(actual: readonly number[], expected: readonly number[], least = 0.01): void {
  expect(actual).toHaveLength(expected.length);
  for (const [index, value] of actual.entries()) {
    const wanted = expected[index] ?? Number.NaN;
    expect(Math.abs(value - wanted), `${value} against ${wanted}`).toBeLessThanOrEqual(
      1e-4 * Math.max(Math.abs(wanted), least),
    );
  }
}
