import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import * as layers from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { cpu } from '@graft-ml/backend-cpu';
import { forward, loadBundle, memoryStore, networkOf, predict, saveBundle, useBackend } from '@graft-ml/core';
import { classificationHead, cut, withHead } from '../src/index.js';
import { joinBackbones, scaleLogits, withCosineHead, withNearestHead } from '../src/heads/index.js';
import { branchedModel, sequentialModel, stir } from './models.js';

const numbers = z.array(z.number());
const fixture = z
  .object({
    rate: z.number(),
    scale: z.number(),
    inputs: z.array(numbers),
    classes: numbers,
    kernel: numbers,
    probabilities: numbers,
    loss: z.number(),
    after: z.object({ kernel: numbers, scale: numbers }),
    points: numbers,
    pointClasses: numbers,
    queries: numbers,
    shares: z.record(z.string(), numbers),
  })
  .parse(JSON.parse(readFileSync(new URL('fixtures/heads.json', import.meta.url), 'utf8')));

beforeAll(async () => {
  await useBackend(cpu());
});

/** A backbone that hands its inputs on. */
function through(width: number): ReturnType<typeof cut> {
  const model = layers.sequential({
    layers: [
      layers.layers.activation({ activation: 'linear', inputShape: [width], name: 'same' }),
      layers.layers.dense({ units: 2, name: 'old' }),
    ],
  });
  return cut(model, 'same');
}

describe('a cosine head', () => {
  it('has PyTorch’s outputs, gradients and learnt scale, to 1e-5', async () => {
    const { network } = withCosineHead(through(4), ['a', 'b', 'c'], { seed: 1, scale: fixture.scale });
    const [kernel, scale] = network.weights;
    if (kernel === undefined || scale === undefined) throw new Error('no weights');
    expect([kernel.name, scale.name]).toEqual(['head/kernel', 'head/scale']);
    tf.tidy(() => kernel.variable.assign(tf.tensor2d(fixture.kernel, [4, 3])));
    const x = tf.tensor2d(fixture.inputs);
    const [output] = predict(network, [x]);
    close(await output?.data(), fixture.probabilities);
    const ids = tf.tensor1d(fixture.classes, 'int32');
    const { value, grads } = tf.variableGrads(() => {
      const [logits = tf.scalar(0)] = forward(network, [x], { logits: true });
      const wanted = tf.cast(tf.oneHot(ids, 3), 'float32');
      return tf.mean(tf.neg(tf.sum(tf.mul(wanted, tf.logSoftmax(logits)), 1)));
    }, [kernel.variable, scale.variable]);
    expect((await value.data())[0]).toBeCloseTo(fixture.loss, 5);
    for (const [variable, wanted] of [
      [kernel.variable, fixture.after.kernel],
      [scale.variable, fixture.after.scale],
    ] as const) {
      const gradient = grads[variable.name];
      if (gradient === undefined) throw new Error('no gradient');
      close(await tf.sub(variable, tf.mul(gradient, fixture.rate)).data(), wanted);
    }
  });

  it('does not mind features of length 0, is saved and loaded, and refuses a scale of 0', async () => {
    const { model, network, target } = withCosineHead(through(3), ['a', 'b'], { seed: 1 });
    const [nothing] = predict(network, [tf.zeros([1, 3])]);
    close(await nothing?.data(), [0.5, 0.5]);
    const store = memoryStore();
    await saveBundle(store, model, { target });
    const loaded = networkOf((await loadBundle(store)).model);
    const x = tf.randomUniform([4, 3], -1, 1, 'float32', 1);
    expect(await predict(loaded, [x])[0]?.data()).toEqual(await predict(network, [x])[0]?.data());
    expect(() => withCosineHead(through(3), ['a', 'b'], { seed: 1, scale: 0 })).toThrow(
      /scale of the cosine head is 0/,
    );
  });
});

describe('a head of nearest neighbours', () => {
  const options = { features: Float32Array.from(fixture.points), classes: fixture.pointClasses };

  it.each(Object.entries(fixture.shares))('has scikit-learn’s shares for k = %s', async (k, shares) => {
    const head = withNearestHead(through(3), ['a', 'b', 'c', 'd'], { ...options, neighbours: Number(k) });
    const [output] = predict(head.network, [tf.tensor2d(fixture.queries, [12, 3])]);
    close(await output?.data(), shares);
  });

  it('has nothing to train, is saved and loaded, and refuses what does not fit', async () => {
    const head = withNearestHead(through(3), ['a', 'b', 'c', 'd'], options);
    expect(head.network.weights.map(({ name, statistic }) => [name, statistic])).toEqual([
      ['head/examples', true],
      ['head/classes', true],
    ]);
    const store = memoryStore();
    await saveBundle(store, head.model, { target: head.target });
    const loaded = networkOf((await loadBundle(store)).model);
    const x = tf.tensor2d(fixture.queries, [12, 3]);
    expect(await predict(loaded, [x])[0]?.data()).toEqual(await predict(head.network, [x])[0]?.data());
    const refused =
      (change: object): (() => unknown) =>
      () =>
        withNearestHead(through(3), ['a', 'b', 'c', 'd'], { ...options, ...change });
    expect(refused({ neighbours: 41 })).toThrow(/41 nearest neighbours.*40 examples/);
    expect(refused({ neighbours: 0 })).toThrow(/0 nearest/);
    expect(refused({ classes: [4, 0] })).toThrow(/class 4/);
    expect(refused({ classes: [0, 1], neighbours: 1 })).toThrow(/2 examples have 120 numbers/);
  });
});

describe('logits divided by a temperature', () => {
  const x = (): tf.Tensor => tf.randomUniform([5, 3], -1, 1, 'float32', 4);
  const softened = async (logits: tf.Tensor, temperature: number): Promise<number[]> =>
    Array.from(await tf.softmax(tf.div(logits, temperature)).data());

  it.each([
    ['a dense layer with softmax', () => withHead(through(3), classificationHead({ classes: 4 }), { seed: 2 }).model],
    ['a cosine head', () => withCosineHead(through(3), ['a', 'b', 'c', 'd'], { seed: 2 }).model],
  ])('are in the output layer of %s, and the model given is as it was', async (_, make) => {
    const model = make();
    const [logits = tf.scalar(0)] = forward(networkOf(model), [x()], { logits: true });
    const before = await predict(networkOf(model), [x()])[0]?.data();
    const cooler = scaleLogits(model, 2.5);
    close(await predict(networkOf(cooler), [x()])[0]?.data(), await softened(logits, 2.5));
    expect(await predict(networkOf(model), [x()])[0]?.data()).toEqual(before);
    expect(() => scaleLogits(model, 0)).toThrow(/temperature is 0/);
  });

  it('refuses votes of neighbours, which are no products', () => {
    const head = withNearestHead(through(3), ['a', 'b'], {
      features: new Float32Array(6),
      classes: [0, 1],
      neighbours: 1,
    });
    expect(() => scaleLogits(head.model, 2)).toThrow(/GraftNearest.*cannot be divided/);
  });
});

describe('joined backbones', () => {
  it('give the features of each source, one after another, and never change a source', async () => {
    const [first, second] = [sequentialModel(), sequentialModel()];
    for (const model of [first, second]) stir(model);
    const names = networkOf(first).nodes.map(({ path }) => path);
    const maps = names.find((path) => cut(first, path).featureShapes[0]?.length === 4) ?? '';
    const backbones = [cut(first, maps), cut(second, maps)];
    const joined = joinBackbones(backbones);
    const [shape = []] = backbones[0]?.featureShapes ?? [];
    const channels = shape.at(-1) ?? 0;
    const input =
      networkOf(first)
        .slots.get(networkOf(first).inputs[0] ?? -1)
        ?.shape.slice(1) ?? [];
    const x = tf.randomUniform([2, ...input.map((size) => size ?? 1)], -1, 1, 'float32', 3);
    const wanted = tf.concat(
      backbones.map(({ network }) => tf.mean(predict(network, [x])[0] ?? tf.scalar(0), [1, 2])),
      1,
    );
    expect(joined.outputs[0]?.shape).toEqual([null, 2 * channels]);
    close(await predict(networkOf(joined), [x])[0]?.data(), Array.from(await wanted.data()));
    // With a head it is a model like any other: flat, its weights by the sources' names, saved by plain tfjs.
    const { model, network, backbonePaths } = withHead(cut(joined, 'joined'), classificationHead({ classes: 2 }), {
      seed: 1,
    });
    expect(backbonePaths).toContain(`source2/${maps}`);
    expect(new Set(network.weights.map(({ name }) => name)).size).toBe(network.weights.length);
    const store = memoryStore();
    await saveBundle(store, model);
    const loaded = networkOf((await loadBundle(store)).model);
    expect(await predict(loaded, [x])[0]?.data()).toEqual(await predict(network, [x])[0]?.data());
  });

  it('takes several layers of one source, and refuses sources of different inputs', () => {
    const branched = branchedModel();
    const vectors = networkOf(branched)
      .nodes.map(({ path }) => path)
      .slice(0, 2);
    expect(joinBackbones([cut(branched, vectors)]).outputs).toHaveLength(1);
    expect(() => joinBackbones([cut(branched, vectors), through(9)])).toThrow(/take inputs of/);
    expect(() => joinBackbones([])).toThrow(/No backbones/);
  });
});

function close(actual: ArrayLike<number> | undefined, expected: readonly number[]): void {
  expect(actual).toHaveLength(expected.length);
  for (const [at, value] of expected.entries()) expect(actual?.[at]).toBeCloseTo(value, 5);
}
