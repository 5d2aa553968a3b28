import { beforeAll, describe, expect, it } from 'vitest';
import * as tf from '@tensorflow/tfjs-core';
import * as layers from '@tensorflow/tfjs-layers';
import { cpu } from '@graft-ml/backend-cpu';
import {
  createRng,
  forward,
  loadBundle,
  memoryStore,
  networkOf,
  predict,
  saveBundle,
  useBackend,
  type Network,
} from '@graft-ml/core';
import { seedCnn } from '@graft-ml/zoo';
import { classificationHead, cut, headFor, multiLabelHead, regressionHead, withHead, type Head } from '../src/index.js';
import {
  branchedModel,
  expectClose,
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

/** One plain gradient step on every trainable weight, through the live variables. */
function trainStep(network: Network, x: tf.Tensor): void {
  const variables = network.weights.filter((weight) => !weight.statistic).map((weight) => weight.variable);
  tf.tidy(() => {
    const loss = (): tf.Scalar => {
      const [output] = forward(network, [x], { training: true, rng: createRng(1) });
      return tf.mean<tf.Scalar>(tf.square(tf.sub(present(output), 0.3)));
    };
    const { grads } = tf.variableGrads(loss, variables);
    for (const variable of variables) variable.assign(tf.sub(variable, tf.mul(present(grads[variable.name]), 0.5)));
  });
}

describe('withHead on the seed CNN', () => {
  const source = (): layers.LayersModel => seedCnn({ seed: 1, inputShape: [14, 14, 1] });

  it.each([
    ['auto' as const, 'GlobalAveragePooling2D', 64 * 3 + 3],
    ['global-average' as const, 'GlobalAveragePooling2D', 64 * 3 + 3],
    ['flatten' as const, 'Flatten', 2 * 2 * 64 * 3 + 3],
  ])('joins its 4-D feature map to a dense softmax: bridge %s', async (bridge, kind, parameters) => {
    const { model, network, headPaths, backbonePaths } = withHead(
      cut(source(), 'pool2'),
      classificationHead({ classes: 3 }),
      { seed: 2, bridge },
    );
    expect(headPaths).toEqual(['bridge', 'head']);
    expect(backbonePaths).toEqual(['conv1', 'pool1', 'conv2', 'pool2']);
    expect(network.nodes.find((node) => node.path === 'bridge')?.kind).toBe(kind);
    expect(model.getLayer('head').countParams()).toBe(parameters);
    const x = tf.randomUniform([2, 14, 14, 1], 0, 1, 'float32', 3);
    const [probabilities = []] = await numbers(predict(network, [x]));
    expect(probabilities).toHaveLength(6);
    expect(probabilities.slice(0, 3).reduce((sum, each) => sum + each, 0)).toBeCloseTo(1, 5);
    expectClose([probabilities], await reference(model, [x]));
  });

  it('averages, or keeps every position', () => {
    const backbone = cut(seedCnn({ seed: 1 }), 'pool2');
    const units = (bridge: 'auto' | 'flatten'): number =>
      withHead(backbone, classificationHead({ classes: 10 }), { seed: 1, bridge })
        .model.getLayer('head')
        .countParams();
    expect(units('auto')).toBe(64 * 10 + 10);
    expect(units('flatten')).toBe(5 * 5 * 64 * 10 + 10);
  });

  it('adds no bridge where features are a vector', () => {
    expect(withHead(cut(source(), 'flatten'), classificationHead({ classes: 3 }), { seed: 2 }).headPaths).toEqual([
      'head',
    ]);
  });

  it('never changes the source, however the graft is trained; the graft starts with the source’s features', async () => {
    const model = source();
    const before = await weightBytes(model);
    const { network } = withHead(cut(model, 'flatten'), classificationHead({ classes: 3, hidden: [4] }), { seed: 2 });
    const x = tf.randomUniform([1, 14, 14, 1], 0, 1, 'float32', 4);
    expectClose(
      await numbers(predict(cut(network, 'flatten').network, [x])),
      await numbers(predict(cut(model, 'flatten').network, [x])),
    );
    const weights = network.weights.length;
    trainStep(network, x);
    trainStep(network, x);
    expect(await weightBytes(model)).toEqual(before);
    const changed = await Promise.all(
      network.weights.map(async ({ name, variable }) => {
        const bytes = [...new Uint8Array(Float32Array.from(await variable.data()).buffer)];
        return JSON.stringify(bytes) !== JSON.stringify(before[name]);
      }),
    );
    expect(changed.filter(Boolean)).toHaveLength(weights);
  });
});

describe('heads', () => {
  const features = (): ReturnType<typeof cut> => cut(sequentialModel(), 'flatten');

  it.each<[string, Head, string, number]>([
    ['classification', classificationHead({ labels: ['cat', 'dog', 'elk'] }), 'softmax', 3],
    ['multi-label', multiLabelHead({ labels: ['wet', 'red'] }), 'sigmoid', 2],
    ['regression', regressionHead({ names: ['price'] }), 'linear', 1],
    ['regression by number', regressionHead({ outputs: 4 }), 'linear', 4],
  ])('%s ends as its task asks', (_, head, activation, units) => {
    const { model, network, target } = withHead(features(), head, { seed: 1 });
    expect(network.nodes.at(-1)?.layer.getConfig()['activation']).toBe(activation);
    expect(model.outputs[0]?.shape).toEqual([null, units]);
    expect(target).toEqual(head.target);
    expect(headFor(head.target)).toEqual(head);
  });

  it('is plain data that survives JSON', () => {
    const head = classificationHead({ classes: 2, hidden: [8, 4], dropout: 0.25 });
    expect(JSON.parse(JSON.stringify(head))).toEqual(head);
    expect(head.target).toEqual({ kind: 'classes', labels: ['0', '1'] });
  });

  it('names hidden layers and dropout in order', () => {
    const head = classificationHead({ classes: 2, hidden: [8, 4], dropout: 0.25 });
    const { headPaths, network } = withHead(features(), head, { seed: 1 });
    expect(headPaths).toEqual(['head_hidden1', 'head_dropout1', 'head_hidden2', 'head_dropout2', 'head']);
    expect(network.nodes.find((node) => node.path === 'head_dropout2')?.layer.getConfig()['rate']).toBe(0.25);
    expect(withHead(features(), classificationHead({ classes: 2, dropout: 0.5 }), { seed: 1 }).headPaths).toEqual([
      'head_dropout1',
      'head',
    ]);
  });

  it('is a function of its seed', async () => {
    const bytes = async (seed: number): Promise<unknown> => {
      const { model } = withHead(features(), classificationHead({ classes: 3, hidden: [5] }), { seed });
      const { 'head/kernel': kernel, 'head_hidden1/kernel': hidden } = await weightBytes(model);
      return { kernel, hidden };
    };
    expect(await bytes(1)).toEqual(await bytes(1));
    expect(await bytes(1)).not.toEqual(await bytes(2));
  });

  it('gets a number where the backbone has its name already', () => {
    const { headPaths, backbonePaths } = withHead(cut(sequentialModel(), 'head'), classificationHead({ classes: 2 }), {
      seed: 1,
    });
    expect(headPaths).toEqual(['head_2']);
    expect(backbonePaths).toContain('head');
  });

  it.each<[string, () => Head]>([
    ['one class', () => classificationHead({ classes: 1 })],
    ['half a class', () => classificationHead({ classes: 2.5 })],
    ['a label twice', () => classificationHead({ labels: ['a', 'b', 'a'] })],
    ['no labels', () => multiLabelHead({ labels: [] })],
    ['no outputs', () => regressionHead({ outputs: 0 })],
    ['a hidden layer of 0', () => classificationHead({ classes: 2, hidden: [0] })],
    ['a dropout rate of 1', () => classificationHead({ classes: 2, dropout: 1 })],
    ['a dropout rate of NaN', () => classificationHead({ classes: 2, dropout: Number.NaN })],
  ])('refuses %s', (_, make) => {
    expect(thrownBy(make).code).toBe('bad-input');
  });
});

describe('bridges', () => {
  const embedding = (length: number | null): layers.LayersModel => {
    const input = layers.input({ shape: [length], name: 'tokens' });
    const vectors = layers.layers.embedding({ inputDim: 7, outputDim: 4, name: 'vectors' }).apply(input);
    if (!(vectors instanceof layers.SymbolicTensor)) throw new Error('one tensor was expected');
    return layers.model({ inputs: input, outputs: vectors });
  };

  it('averages a sequence over time', async () => {
    const { network, model } = withHead(cut(embedding(5), 'vectors'), regressionHead({ outputs: 2 }), { seed: 1 });
    expect(network.nodes.map((node) => node.kind)).toEqual(['Embedding', 'GlobalAveragePooling1D', 'Dense']);
    expect(model.getLayer('head').countParams()).toBe(4 * 2 + 2);
    const tokens = tf.tensor2d([[1, 2, 3, 4, 5]]);
    expectClose(await numbers(predict(network, [tokens])), await reference(model, [tokens]));
  });

  it('averages a sequence of any length, but cannot flatten it', () => {
    const backbone = cut(embedding(null), 'vectors');
    expect(withHead(backbone, regressionHead({ outputs: 2 }), { seed: 1 }).headPaths).toEqual(['bridge', 'head']);
    const error = thrownBy(() => withHead(backbone, regressionHead({ outputs: 2 }), { seed: 1, bridge: 'flatten' }));
    expect(error.message).toContain('[any, 4]');
    expect(error.remedy).toContain('global-average');
  });

  it('refuses volumes unless they are flattened', () => {
    const model = layers.sequential({
      layers: [layers.layers.conv3d({ inputShape: [4, 4, 4, 1], filters: 2, kernelSize: 3, name: 'conv' })],
    });
    expect(thrownBy(() => withHead(cut(model, 'conv'), regressionHead({ outputs: 1 }), { seed: 1 })).remedy).toContain(
      'flatten',
    );
    expect(
      withHead(cut(model, 'conv'), regressionHead({ outputs: 1 }), { seed: 1, bridge: 'flatten' }).headPaths,
    ).toEqual(['bridge', 'head']);
  });

  it('joins several cuts', async () => {
    const model = sequentialModel();
    stir(model);
    const {
      network,
      headPaths,
      model: built,
    } = withHead(cut(model, ['pool1', 'conv2']), regressionHead({ outputs: 2 }), { seed: 1 });
    expect(headPaths).toEqual(['bridge_1', 'bridge_2', 'bridge', 'head']);
    expect(built.getLayer('head').countParams()).toBe((4 + 5) * 2 + 2);
    const x = tf.randomUniform([2, 8, 8, 2], -1, 1, 'float32', 1);
    expectClose(await numbers(predict(network, [x])), await reference(built, [x]));
  });

  it('keeps shared layers shared', () => {
    const { network } = withHead(cut(sharedModel(), 'joined'), regressionHead({ outputs: 1 }), { seed: 1 });
    expect(network.nodes.map((node) => node.path)).toEqual(['encode', 'encode#2', 'joined', 'head']);
    expect(network.weights.map((weight) => weight.name)).toEqual([
      'encode/kernel',
      'encode/bias',
      'head/kernel',
      'head/bias',
    ]);
  });
});

describe('a saved graft', () => {
  it.each([
    ['branches', (): layers.LayersModel => branchedModel(), 'mixed', [2, 6]],
    ['BatchNorm', (): layers.LayersModel => sequentialModel(), 'conv2', [2, 8, 8, 2]],
  ])('with %s gives the same outputs through plain tf.loadLayersModel', async (_, make, at, shape) => {
    const model = make();
    stir(model);
    const grafted = withHead(cut(model, at), classificationHead({ labels: ['a', 'b'], hidden: [3] }), {
      seed: 4,
      name: 'saved',
    });
    const store = memoryStore();
    await saveBundle(store, grafted.model, { target: grafted.target });
    const json: {
      modelTopology: object;
      weightsManifest: { paths: string[]; weights: tf.io.WeightsManifestEntry[] }[];
    } = JSON.parse(new TextDecoder().decode(await store.read('model.json')));
    const group = present(json.weightsManifest[0]);
    const shard = Uint8Array.from(await store.read(present(group.paths[0])));
    const plain = await layers.loadLayersModel(
      tf.io.fromMemory({ modelTopology: json.modelTopology, weightSpecs: group.weights, weightData: shard.buffer }),
    );
    const x = tf.randomUniform(shape, -1, 1, 'float32', 1);
    const wanted = await numbers(predict(grafted.network, [x]));
    expect(await reference(plain, [x])).toEqual(await reference(grafted.model, [x]));
    expectClose(await reference(plain, [x]), wanted);
    const loaded = await loadBundle(store);
    expect(loaded.manifest?.target).toEqual({ kind: 'classes', labels: ['a', 'b'] });
    expect(await numbers(predict(networkOf(loaded.model), [x]))).toEqual(wanted);
  });
});
