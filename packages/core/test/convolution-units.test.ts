import * as tf from '@tensorflow/tfjs-core';
import * as layers from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, test } from 'vitest';
import { cpu } from '@graft-ml/backend-cpu';
import { wasm } from '@graft-ml/backend-wasm';
import { createRng, forward, networkOf, predict, useBackend, type Network } from '../src/index.js';
import { convolutionUnits, nodesOfUnit } from '../src/network/convolution-unit.js';

const { conv2d, depthwiseConv2d, batchNormalization, zeroPadding2d, reLU, activation, add } = layers.layers;
type Layer = layers.layers.Layer;

function chain(...list: Layer[]): layers.LayersModel {
  const input = layers.input({ shape: [7, 6, 3] });
  let x: layers.SymbolicTensor = input;
  for (const layer of list) x = applied(layer, x);
  return filled(layers.model({ inputs: input, outputs: x }));
}

function applied(layer: Layer, x: layers.SymbolicTensor | layers.SymbolicTensor[]): layers.SymbolicTensor {
  const y = layer.apply(x);
  if (y instanceof layers.SymbolicTensor) return y;
  throw new Error('one symbolic tensor was expected');
}

/** Weights that a norm may have too: variances above 0, nothing symmetric. */
function filled(model: layers.LayersModel): layers.LayersModel {
  const rng = createRng(5);
  for (const { name, shape, variable } of networkOf(model).weights) {
    const low = /variance/.test(name) ? 0.5 : -0.7;
    const size = tf.util.sizeFromShape([...shape]);
    variable.assign(
      tf.tensor(
        Float32Array.from({ length: size }, () => low + 1.4 * rng.uniform()),
        [...shape],
      ),
    );
  }
  return model;
}

const norm = (): Layer => batchNormalization({ epsilon: 0.01 });
const MODELS: Record<string, () => layers.LayersModel> = {
  'conv, norm, relu6': () =>
    chain(conv2d({ filters: 5, kernelSize: 3, useBias: false }), norm(), reLU({ maxValue: 6 })),
  'conv with bias and stride, norm without scale': () =>
    chain(
      conv2d({ filters: 4, kernelSize: 3, strides: 2, padding: 'same' }),
      batchNormalization({ scale: false }),
      reLU({}),
    ),
  'zeros, depthwise of two, norm without offset, relu6': () =>
    chain(
      zeroPadding2d({
        padding: [
          [0, 1],
          [1, 2],
        ],
      }),
      depthwiseConv2d({ kernelSize: 3, strides: 2, depthMultiplier: 2, useBias: false }),
      batchNormalization({ center: false }),
      activation({ activation: 'relu6' }),
    ),
  'zeros, conv': () => chain(zeroPadding2d({ padding: 1 }), conv2d({ filters: 2, kernelSize: 2, useBias: false })),
  'conv with its own relu, norm': () => chain(conv2d({ filters: 3, kernelSize: 1, activation: 'relu' }), norm()),
  'depthwise, norm': () => chain(depthwiseConv2d({ kernelSize: 3, padding: 'same' }), norm()),
  'a norm that two layers read': () => {
    const input = layers.input({ shape: [7, 6, 3] });
    const a = applied(norm(), applied(conv2d({ filters: 4, kernelSize: 1 }), input));
    const b = applied(reLU({ maxValue: 6 }), a);
    return filled(layers.model({ inputs: input, outputs: applied(add(), [a, b]) }));
  },
  'dilated conv, norm': () => chain(conv2d({ filters: 3, kernelSize: 2, dilationRate: 2, useBias: false }), norm()),
};

const statistics = (network: Network): Set<string> =>
  new Set(network.weights.filter(({ statistic }) => statistic).map(({ name }) => name));

function close(actual: ArrayLike<number>, expected: ArrayLike<number>): void {
  expect(actual).toHaveLength(expected.length);
  for (let at = 0; at < actual.length; at++) {
    const found = actual[at] ?? Number.NaN;
    const wanted = expected[at] ?? Number.NaN;
    expect(Math.abs(found - wanted), `${found} against ${wanted}`).toBeLessThan(1e-4 * Math.max(1, Math.abs(wanted)));
  }
}

/** The layers' own outputs, one after another, as tfjs-layers computes them. */
function byLayers(model: layers.LayersModel, x: tf.Tensor): tf.Tensor {
  const y = model.predict(x);
  if (Array.isArray(y)) throw new Error('one output was expected');
  return y;
}

describe.each([
  ['cpu', cpu],
  ['wasm', wasm],
])('convolution units on %s', (_name, backend) => {
  beforeAll(async () => {
    await useBackend(backend());
  });

  test.each(Object.keys(MODELS))('%s: predict gives what the layers give', async (name) => {
    const model = MODELS[name]?.();
    if (model === undefined) throw new Error('a model was expected');
    const x = tf.randomNormal([3, 7, 6, 3], 0, 1, 'float32', 4);
    const [y] = predict(networkOf(model), [x]);
    close((await y?.data()) ?? [], await byLayers(model, x).data());
  });

  // tfjs has no gradient for a norm without scale or offset, nor for dilated convolutions.
  test.each(Object.keys(MODELS).filter((name) => !/^dilated|without/.test(name)))(
    '%s: with frozen statistics, gradients are those of tfjs ops',
    async (name) => {
      const model = MODELS[name]?.();
      if (model === undefined) throw new Error('a model was expected');
      const network = networkOf(model);
      const x = tf.variable(tf.randomNormal([2, 7, 6, 3], 0, 1, 'float32', 4));
      const variables = network.weights.filter(({ statistic }) => !statistic).map(({ variable }) => variable);
      const shape = [2, ...(model.outputs[0]?.shape.slice(1).map((size) => size ?? 1) ?? [])];
      const pull = tf.randomNormal(shape, 0, 1, 'float32', 9);
      const gradients = async (run: () => tf.Tensor): Promise<number[][]> => {
        const { grads } = tf.variableGrads(() => tf.sum(tf.mul(run(), pull)), [x, ...variables]);
        return Promise.all([x, ...variables].map(async (each) => Array.from((await grads[each.name]?.data()) ?? [])));
      };
      const frozen = statistics(network);
      const ours = await gradients(() => forward(network, [x], { training: true, frozen })[0] ?? x);
      const theirs = await gradients(() => {
        const y = model.apply(x, { training: false });
        return y instanceof tf.Tensor ? y : x;
      });
      expect(ours).toHaveLength(theirs.length);
      for (const [at, each] of theirs.entries()) close(ours[at] ?? [], each);
    },
  );

  test.each(Object.keys(MODELS).filter((name) => name.includes('without')))(
    '%s: gradients are the slope of the outputs',
    async (name) => {
      const model = MODELS[name]?.();
      if (model === undefined) throw new Error('a model was expected');
      const network = networkOf(model);
      const frozen = statistics(network);
      const x = tf.randomNormal([2, 7, 6, 3], 0, 1, 'float32', 4);
      const weights = network.weights.filter(({ statistic }) => !statistic);
      const loss = (): tf.Scalar => tf.sum(tf.square(forward(network, [x], { training: true, frozen })[0] ?? x));
      const { grads } = tf.variableGrads(
        loss,
        weights.map(({ variable }) => variable),
      );
      for (const { variable } of weights) {
        const direction = tf.randomNormal(variable.shape, 0, 1, 'float32', 7);
        const start = tf.clone(variable);
        const at = async (step: number): Promise<number> => {
          variable.assign(tf.tidy(() => tf.add(start, tf.mul(direction, step))));
          return (await tf.tidy(loss).data())[0] ?? Number.NaN;
        };
        const slope = ((await at(1e-3)) - (await at(-1e-3))) / 2e-3;
        await at(0);
        const gradient = grads[variable.name];
        if (gradient === undefined) throw new Error(`no gradient of ${variable.name}`);
        const [along = Number.NaN] = await tf.sum(tf.mul(gradient, direction)).data();
        expect(Math.abs(along - slope), `${along} against ${slope}`).toBeLessThan(0.02 * Math.abs(slope) + 0.05);
      }
    },
  );

  test('a norm in training mode keeps its own statistics', async () => {
    const model = chain(conv2d({ filters: 5, kernelSize: 3, useBias: false }), norm(), reLU({ maxValue: 6 }));
    const network = networkOf(model);
    const x = tf.randomNormal([3, 7, 6, 3], 0, 1, 'float32', 4);
    const [wanted] = [await byLayersInTraining(model, x)];
    filled(model);
    const [y] = tf.tidy(() => forward(network, [x], { training: true }));
    close((await y?.data()) ?? [], wanted);
  });

  test('gradients of relu6 vanish at and above 6, of relu at 0', async () => {
    const network = networkOf(chain(conv2d({ filters: 1, kernelSize: 1, useBias: false }), reLU({ maxValue: 6 })));
    const [weight] = network.weights;
    weight?.variable.assign(tf.tensor([1, 0, 0], [1, 1, 3, 1]));
    const x = tf.tensor(
      [-1, 0, 3, 5.999, 6, 7].flatMap((value) => [value, 0, 0]),
      [1, 2, 3, 3],
    );
    const free = {
      ...network,
      slots: new Map(
        [...network.slots].map(([slot, info]) => [slot, { ...info, shape: [null, null, null, info.shape[3] ?? null] }]),
      ),
    };
    const dx = tf.grad((each: tf.Tensor) => tf.sum(forward(free, [each])[0] ?? each))(x);
    expect(Array.from(await dx.data()).filter((_, at) => at % 3 === 0)).toEqual([0, 0, 1, 1, 0, 0]);
  });
});

async function byLayersInTraining(model: layers.LayersModel, x: tf.Tensor): Promise<ArrayLike<number>> {
  const y = model.apply(x, { training: true });
  if (!(y instanceof tf.Tensor)) throw new Error('one output was expected');
  return y.data();
}

test('units end where a value is read twice or is an output, and hold nothing else', () => {
  const paths = (model: layers.LayersModel, network = networkOf(model)): string[][] =>
    [...convolutionUnits(network).values()].map((unit) => nodesOfUnit(unit).map(({ kind }) => kind));
  const whole = chain(
    zeroPadding2d({ padding: 1 }),
    conv2d({ filters: 2, kernelSize: 3 }),
    norm(),
    reLU({ maxValue: 6 }),
    conv2d({ filters: 2, kernelSize: 1, activation: 'tanh' }),
    norm(),
  );
  expect(paths(whole)).toEqual([['ZeroPadding2D', 'Conv2D', 'BatchNormalization', 'ReLU']]);
  const network = networkOf(whole);
  const inner = network.nodes[1]?.outputs ?? [];
  expect(paths(whole, { ...network, outputs: [...network.outputs, ...inner] })).toEqual([['ZeroPadding2D', 'Conv2D']]);
  expect(paths(MODELS['a norm that two layers read']?.() ?? whole)).toEqual([['Conv2D', 'BatchNormalization']]);
});

test('a watched node is computed by itself and told of, as is every node when none is named', async () => {
  await useBackend(cpu());
  const model = chain(conv2d({ filters: 2, kernelSize: 3 }), norm(), reLU({ maxValue: 6 }));
  const network = networkOf(model);
  const x = tf.randomNormal([1, 7, 6, 3], 0, 1, 'float32', 4);
  const told = (watched?: ReadonlySet<string>): string[] => {
    const kinds: string[] = [];
    const onNode = ({ kind }: { kind: string }): void => void kinds.push(kind);
    tf.tidy(() => forward(network, [x], { onNode, ...(watched === undefined ? {} : { watched }) }));
    return kinds;
  };
  expect(told()).toEqual(['Conv2D', 'BatchNormalization', 'ReLU']);
  expect(told(new Set())).toEqual(['ReLU']);
  expect(told(new Set([network.nodes[0]?.path ?? '']))).toEqual(['Conv2D', 'BatchNormalization', 'ReLU']);
  expect(told(new Set([network.nodes[2]?.path ?? '']))).toEqual(['ReLU']);
});
