import { beforeAll, describe, expect, it } from 'vitest';
import * as tf from '@tensorflow/tfjs-core';
import * as layers from '@tensorflow/tfjs-layers';
import { cpu } from '@graft-ml/backend-cpu';
import { buildModel, networkOf, predict, useBackend } from '@graft-ml/core';
import { cut, type CutPoint } from '../src/index.js';
import {
  branchedModel,
  expectClose,
  nestedModel,
  numbers,
  present,
  reference,
  sequentialModel,
  sharedModel,
  stir,
  thrownBy,
} from './models.js';

beforeAll(async () => {
  await useBackend(cpu());
});

describe('cut', () => {
  it.each<[CutPoint, string, (number | null)[]]>([
    ['conv2', 'conv2', [null, 2, 2, 5]],
    [0, 'conv1', [null, 8, 8, 4]],
    [-2, 'drop2', [null, 20]],
    [{ kind: 'Conv2D' }, 'conv2', [null, 2, 2, 5]],
    [{ kind: 'Conv2D', occurrence: 'first' }, 'conv1', [null, 8, 8, 4]],
    [{ kind: 'Dropout', occurrence: 1 }, 'drop2', [null, 20]],
  ])('at %j is after %s', (at, path, shape) => {
    const backbone = cut(sequentialModel(), at);
    expect(backbone.cuts).toEqual([path]);
    expect(backbone.featureShapes).toEqual([shape]);
    expect(backbone.network.nodes.at(-1)?.path).toBe(path);
  });

  it('gives the activations of that layer, as tfjs computes them', async () => {
    const model = sequentialModel();
    stir(model);
    const x = tf.randomUniform([2, 8, 8, 2], -1, 1, 'float32', 1);
    const cutModel = layers.model({ inputs: model.inputs, outputs: model.getLayer('conv2').output });
    expectClose(await numbers(predict(cut(model, 'conv2').network, [x])), await reference(cutModel, [x]));
  });

  it('finds a nested layer by its path or by its last part alone', () => {
    expect(cut(nestedModel(), 'backbone/inner/fc').cuts).toEqual(['backbone/inner/fc']);
    expect(cut(nestedModel(), 'fc').cuts).toEqual(['backbone/inner/fc']);
  });

  it('refuses a last part that several layers have, and names them', () => {
    const twin = (name: string): layers.Sequential =>
      layers.sequential({ name, layers: [layers.layers.dense({ inputShape: [3], units: 3, name: 'fc' })] });
    const model = layers.sequential();
    model.add(twin('a'));
    model.add(twin('b'));
    const error = thrownBy(() => cut(model, 'fc'));
    expect(error.code).toBe('bad-input');
    expect(error.message).toContain('"a/fc", "b/fc"');
    expect(cut(model, 'a/fc').featureShapes).toEqual([[null, 3]]);
  });

  it('takes several cuts, in the order asked for', async () => {
    const model = branchedModel();
    const x = tf.randomUniform([3, 6], -1, 1, 'float32', 2);
    const backbone = cut(model, ['right', 'stem', 'left']);
    expect(backbone.cuts).toEqual(['right', 'stem', 'left']);
    expect(backbone.featureShapes).toEqual([
      [null, 5],
      [null, 6],
      [null, 5],
    ]);
    const outputs = ['right', 'stem', 'left'].map((name) => model.getLayer(name).output).flat();
    expectClose(
      await numbers(predict(backbone.network, [x])),
      await reference(layers.model({ inputs: model.inputs, outputs }), [x]),
    );
  });

  it('leaves away inputs that only the rest of the model reads', () => {
    const inputs = [layers.input({ shape: [2], name: 'used' }), layers.input({ shape: [3], name: 'late' })];
    const early = layers.layers.dense({ units: 4, name: 'early' }).apply(present(inputs[0]));
    if (!(early instanceof layers.SymbolicTensor)) throw new Error('one tensor was expected');
    const joined = layers.layers.concatenate().apply([early, present(inputs[1])]);
    if (!(joined instanceof layers.SymbolicTensor)) throw new Error('one tensor was expected');
    const { network } = cut(layers.model({ inputs, outputs: joined }), 'early');
    expect(network.inputs.map((slot) => network.slots.get(slot)?.shape)).toEqual([[null, 2]]);
  });

  it('cuts after a call of a shared layer', () => {
    const backbone = cut(sharedModel(), 'encode#2');
    expect(backbone.network.nodes.map((node) => node.path)).toEqual(['encode#2']);
    const names = ['encode/kernel', 'encode/bias'];
    expect(backbone.network.weights.map((weight) => weight.name)).toEqual(names);
    expect(networkOf(buildModel(backbone.network, 'copy')).weights.map((weight) => weight.name)).toEqual(names);
  });

  it('may be cut again', () => {
    expect(cut(cut(sequentialModel(), 'flatten').network, 'conv1').featureShapes).toEqual([[null, 8, 8, 4]]);
  });

  it.each<[string, CutPoint | CutPoint[], RegExp]>([
    ['a mistyped name', 'conv3', /Did you mean "conv1", "conv2"\?/],
    ['a mistyped nested name', 'backbone/iner/fc', /no layer "backbone\/iner\/fc"/],
    ['an index past the end', 9, /It has 9 layers/],
    ['half an index', 1.5, /layer number 1.5/],
    ['an unknown kind', { kind: 'Conv3D' }, /Did you mean "Conv2D"/],
    ['an occurrence that is not there', { kind: 'Conv2D', occurrence: 2 }, /It has 2: conv1, conv2/],
  ])('says not-found for %s', (_, at, message) => {
    const error = thrownBy(() => cut(sequentialModel(), at));
    expect(error.code).toBe('not-found');
    expect(error.message).toMatch(message);
  });

  it.each([[['conv1', 0]], [[]]])('refuses the cuts %j', (at) => {
    expect(thrownBy(() => cut(sequentialModel(), at)).code).toBe('bad-input');
  });

  it('does not change the model', () => {
    const model = sequentialModel();
    const before = networkOf(model).nodes.map((node) => node.path);
    cut(model, 'conv1');
    expect(networkOf(model).nodes.map((node) => node.path)).toEqual(before);
    expect(model.layers).toHaveLength(9);
  });
});
