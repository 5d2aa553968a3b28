import { beforeAll, describe, expect, it } from 'vitest';
import * as tf from '@tensorflow/tfjs-core';
import * as layers from '@tensorflow/tfjs-layers';
import { cpu } from '@graft-ml/backend-cpu';
import { createRng, forward, networkOf, predict, useBackend, type Network } from '@graft-ml/core';
import {
  freeze,
  NOTHING_FROZEN,
  selectNodes,
  splitTrunk,
  trainableWeights,
  unfreeze,
  type Selector,
} from '../src/index.js';
import {
  expectClose,
  nestedModel,
  numbers,
  present,
  reference,
  sequentialModel,
  sharedModel,
  stir,
  thrownBy,
  weightBytes,
} from './models.js';

beforeAll(async () => {
  await useBackend(cpu());
});

const paths = (network: Network, selector: Selector): string[] =>
  selectNodes(network, selector).map((node) => node.path);

describe('selectors', () => {
  it.each<[string, Selector, string[]]>([
    ['a name', 'conv1', ['conv1']],
    ['a glob', 'conv*', ['conv1', 'conv2']],
    ['a glob with ?', 'drop?', ['drop1', 'drop2']],
    ['a RegExp', /^(conv|bn)\d$/, ['conv1', 'bn1', 'conv2']],
    ['a global RegExp, which keeps state', /conv/g, ['conv1', 'conv2']],
    ['a kind', { kind: 'Dropout' }, ['drop1', 'drop2']],
    ['a depth', { depth: 3 }, ['conv1', 'bn1', 'relu1']],
    ['paths', { paths: ['head', 'conv1'] }, ['conv1', 'head']],
    ['a predicate', (node) => node.weights.length === 4, ['bn1']],
    ['a predicate by index', (_, index) => index === 8, ['head']],
  ])('%s', (_, selector, wanted) => {
    expect(paths(networkOf(sequentialModel()), selector)).toEqual(wanted);
  });

  it('all, and a depth past the end, mean every layer', () => {
    const network = networkOf(sequentialModel());
    expect(paths(network, 'all')).toHaveLength(9);
    expect(paths(network, { depth: 100 })).toHaveLength(9);
  });

  it.each<[Selector, string[]]>([
    ['backbone', ['backbone/entry', 'backbone/inner/fc', 'backbone/inner/bn']],
    ['backbone/inner', ['backbone/inner/fc', 'backbone/inner/bn']],
    ['fc', ['backbone/inner/fc']],
    ['backbone/*', ['backbone/entry', 'backbone/inner/fc', 'backbone/inner/bn']],
    ['**/bn', ['backbone/inner/bn']],
    ['back*ry', []],
  ])('%s in nested models', (selector, wanted) => {
    const network = networkOf(nestedModel());
    if (wanted.length > 0) expect(paths(network, selector)).toEqual(wanted);
    else expect(thrownBy(() => paths(network, selector)).code).toBe('not-found');
  });

  it('dots and brackets in a glob stand for themselves', () => {
    const model = layers.sequential({ layers: [layers.layers.dense({ inputShape: [2], units: 1, name: 'a.b' })] });
    expect(paths(networkOf(model), 'a.b')).toEqual(['a.b']);
    for (const glob of ['a?c', 'a.b(', '[a].b', 'a.+']) {
      expect(thrownBy(() => paths(networkOf(model), glob)).code, glob).toBe('not-found');
    }
    const other = layers.sequential({ layers: [layers.layers.dense({ inputShape: [2], units: 1, name: 'aXb' })] });
    expect(thrownBy(() => paths(networkOf(other), 'a.b')).code).toBe('not-found');
  });

  it.each<[string, Selector, RegExp]>([
    ['a mistyped name', 'cnov1', /Did you mean "conv1"/],
    ['a mistyped glob', 'covn*', /matches no layer.*Did you mean "conv1", "conv2"/],
    ['a kind', { kind: 'Conv2d' }, /Did you mean "Conv2D"/],
    ['a path', { paths: ['conv1', 'haed'] }, /no layer "haed".*Did you mean "head"/],
    ['a RegExp', /conv9/, /Did you mean "conv1", "conv2"/],
    ['a predicate', () => false, /There are "conv1"/],
    ['no paths', { paths: [] }, /matches no layer/],
  ])('%s that matches nothing is an error with near names', (_, selector, message) => {
    const error = thrownBy(() => freeze(networkOf(sequentialModel()), selector));
    expect(error.code).toBe('not-found');
    expect(error.message).toMatch(message);
  });

  it.each([0, -1, 1.5, Number.NaN])('refuses a depth of %d', (depth) => {
    expect(thrownBy(() => freeze(networkOf(sequentialModel()), { depth })).code).toBe('bad-input');
  });
});

describe('freeze and unfreeze', () => {
  it('name weights, BatchNorm statistics included, and change nothing given', () => {
    const network = networkOf(sequentialModel());
    const first = freeze(network, 'bn1');
    expect([...first.frozen]).toEqual(['bn1/gamma', 'bn1/beta', 'bn1/moving_mean', 'bn1/moving_variance']);
    const second = freeze(network, 'conv*', first);
    expect(second.frozen.size).toBe(8);
    expect(first.frozen.size).toBe(4);
    expect([...unfreeze(network, 'bn1', second).frozen]).toEqual([
      'conv1/kernel',
      'conv1/bias',
      'conv2/kernel',
      'conv2/bias',
    ]);
    expect(second.frozen.size).toBe(8);
    expect(unfreeze(network, 'all', second).frozen.size).toBe(0);
    expect(NOTHING_FROZEN.frozen.size).toBe(0);
  });

  it('freezing a nested model freezes all that is in it', () => {
    const network = networkOf(nestedModel());
    expect(trainableWeights(network, freeze(network, 'backbone')).map((weight) => weight.name)).toEqual([
      'head/kernel',
      'head/bias',
    ]);
  });

  it('finds a nested model that begins a Sequential', () => {
    const backbone = layers.sequential({
      name: 'backbone',
      layers: [layers.layers.dense({ inputShape: [3], units: 2, name: 'fc' })],
    });
    const model = layers.sequential({ layers: [backbone, layers.layers.dense({ units: 1, name: 'head' })] });
    const network = networkOf(model);
    expect([...freeze(network, 'backbone').frozen]).toEqual(['backbone/fc/kernel', 'backbone/fc/bias']);
  });

  it('freezing one call of a shared layer freezes it everywhere', () => {
    const network = networkOf(sharedModel());
    const once = freeze(network, { paths: ['encode#2'] });
    expect([...once.frozen]).toEqual(['encode/kernel', 'encode/bias']);
    expect(
      network.nodes.filter((node) => node.weights.some((name) => once.frozen.has(name))).map((node) => node.path),
    ).toEqual(['encode', 'encode#2']);
  });

  it('trainable weights are neither frozen nor statistics', () => {
    const network = networkOf(sequentialModel());
    const names = trainableWeights(network, freeze(network, 'conv1')).map((weight) => weight.name);
    expect(names).toEqual(['bn1/gamma', 'bn1/beta', 'conv2/kernel', 'conv2/bias', 'head/kernel', 'head/bias']);
  });
});

describe('BatchNorm in training mode', () => {
  const model = (): layers.LayersModel => {
    const built = layers.sequential({
      layers: [layers.layers.batchNormalization({ inputShape: [3], name: 'bn', momentum: 0.9 })],
    });
    stir(built);
    return built;
  };
  const statistics = async (network: Network): Promise<number[][]> =>
    Promise.all(
      network.weights.filter((weight) => weight.statistic).map(async ({ variable }) => [...(await variable.data())]),
    );
  const x = (): tf.Tensor =>
    tf.tensor2d([
      [4, 1, -2],
      [8, 3, 0],
      [0, 2, 5],
      [2, 2, 7],
    ]);

  it('frozen: normalises by the moving statistics, as at inference, and leaves them', async () => {
    const built = model();
    const network = networkOf(built);
    const before = await statistics(network);
    const { frozen } = freeze(network, 'bn');
    const wanted = await reference(built, [x()]);
    expectClose(await numbers(tf.tidy(() => forward(network, [x()], { training: true, frozen }))), wanted);
    expect(await statistics(network)).toEqual(before);
  });

  it('not frozen: normalises by the batch and moves the statistics', async () => {
    const built = model();
    const network = networkOf(built);
    const before = await statistics(network);
    const inference = present((await reference(built, [x()]))[0]);
    const training = present(
      (await numbers(tf.tidy(() => forward(network, [x()], { training: true, rng: createRng(1) }))))[0],
    );
    expect(training).not.toEqual(inference);
    const [[gamma = 0] = [], [beta = 0] = []] = await Promise.all(
      network.weights.slice(0, 2).map(async ({ variable }) => [...(await variable.data())]),
    );
    // The first feature is 4, 8, 0, 2: mean 3.5, variance 8.75.
    expect(training[0]).toBeCloseTo((gamma * (4 - 3.5)) / Math.sqrt(8.75 + 1e-3) + beta, 5);
    const [[mean = 0] = []] = await statistics(network);
    expect(mean).toBeCloseTo(0.9 * present(present(before[0])[0]) + 0.1 * 3.5, 5);
  });
});

describe('training under a plan', () => {
  it('leaves frozen weights and statistics as they are, byte for byte, and moves all others', async () => {
    const model = sequentialModel();
    stir(model);
    const network = networkOf(model);
    const { frozen } = freeze(network, { depth: 5 });
    const before = await weightBytes(model);
    const variables = trainableWeights(network, { frozen }).map((weight) => weight.variable);
    const x = tf.randomUniform([4, 8, 8, 2], -1, 1, 'float32', 1);
    for (let step = 0; step < 3; step++) {
      tf.tidy(() => {
        const rng = createRng(step);
        const loss = (): tf.Scalar =>
          tf.mean<tf.Scalar>(
            tf.square(tf.sub(present(forward(network, [x], { training: true, frozen, rng })[0]), 0.2)),
          );
        const { grads } = tf.variableGrads(loss, variables);
        for (const variable of variables) variable.assign(tf.sub(variable, present(grads[variable.name])));
      });
    }
    const after = await weightBytes(model);
    const changed = Object.keys(after).filter((name) => JSON.stringify(after[name]) !== JSON.stringify(before[name]));
    expect(changed).toEqual(['conv2/kernel', 'conv2/bias', 'head/kernel', 'head/bias']);
    expect(frozen.size).toBe(6);
  });

  it('gives the tail the same gradients on the trunk’s features as the whole network gives', async () => {
    const model = sequentialModel();
    stir(model);
    const network = networkOf(model);
    const { frozen } = freeze(network, { depth: 4 });
    const { trunk, tail } = splitTrunk(network, frozen);
    const variables = trainableWeights(network, { frozen }).map((weight) => weight.variable);
    const x = tf.randomUniform([4, 8, 8, 2], -1, 1, 'float32', 1);
    const gradientsOf = async (part: Network, inputs: tf.Tensor[]): Promise<number[][]> => {
      const { grads } = tf.variableGrads(
        () =>
          tf.mean<tf.Scalar>(
            tf.square(present(forward(part, inputs, { training: true, frozen, rng: createRng(3), logits: true })[0])),
          ),
        variables,
      );
      return numbers(variables.map((variable) => present(grads[variable.name])));
    };
    const whole = await gradientsOf(network, [x]);
    expectClose(await gradientsOf(tail, predict(present(trunk), [x])), whole, 1e-6);
    expect(Math.max(...whole.flat().map(Math.abs))).toBeGreaterThan(1e-3);
  });
});
