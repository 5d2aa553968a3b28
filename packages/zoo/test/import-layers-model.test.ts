import { beforeAll, describe, expect, it } from 'vitest';
import * as tf from '@tensorflow/tfjs-core';
import * as layers from '@tensorflow/tfjs-layers';
import { wasm } from '@graft-ml/backend-wasm';
import { GraftError, memoryStore, saveBundle, useBackend, type Store } from '@graft-ml/core';
import { importLayersModel, mobilenetV1, seedCnn, sourceModelOf, zooEntry } from '../src/index.js';

beforeAll(async () => {
  await useBackend(wasm());
});

const text = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));
const parsed = async (store: Store, name: string): Promise<Record<string, unknown>> =>
  JSON.parse(new TextDecoder().decode(await store.read(name)));

/** A plain tfjs model in a store, as `model.save` writes it: without `graft.json`. */
async function plain(model: layers.LayersModel): Promise<Store> {
  const store = memoryStore('a folder');
  await saveBundle(store, model);
  await store.remove('graft.json');
  return store;
}

/** As Teachable Machine nests it: Sequential[Sequential[Model, GAP], Sequential[Dense, Dense]]. */
function teachableMachine(): layers.LayersModel {
  const whole = mobilenetV1({ seed: 1, alpha: 0.25, inputShape: [32, 32, 3], classes: 4 });
  const truncated = layers.model({
    inputs: whole.inputs,
    outputs: whole.getLayer('conv_pw_13_relu').output,
    name: 'model1',
  });
  const features = layers.sequential({ name: 'sequential_1' });
  features.add(truncated);
  features.add(layers.layers.globalAveragePooling2d({ name: 'global_average_pooling2d_GlobalAveragePooling2D1' }));
  const training = layers.sequential({
    name: 'sequential_3',
    layers: [
      layers.layers.dense({ units: 10, activation: 'relu', inputShape: [256], name: 'dense_Dense1' }),
      layers.layers.dense({ units: 3, activation: 'softmax', useBias: false, name: 'dense_Dense2' }),
    ],
  });
  const joint = layers.sequential({ name: 'sequential_4' });
  joint.add(features);
  joint.add(training);
  return joint;
}

async function caught(work: Promise<unknown>): Promise<GraftError> {
  const thrown: unknown = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (thrown instanceof GraftError) return thrown;
  throw new Error(`a GraftError was expected, not ${String(thrown)}`);
}

describe('sourceModelOf', () => {
  it('finds in MobileNet v1 the cuts and stages that its entry lists', () => {
    const entry = zooEntry('mobilenet-v1-0.25');
    const source = sourceModelOf(mobilenetV1({ seed: 1, alpha: 0.25 }));
    expect(source.defaultCut).toBe(entry.defaultCut);
    expect(source.cuts.slice(0, 4)).toEqual(entry.cuts.filter(({ path }) => path !== 'conv_pw_13_relu').slice(0, 4));
    const weighty = (paths: readonly string[]): string[] => paths.filter((path) => /^conv(_[dp]w_\d+)?$/.test(path));
    expect(source.stages.map(({ paths }) => weighty(paths)).slice(0, 5)).toEqual(
      entry.stages?.map(({ paths }) => weighty(paths)).slice(0, 5),
    );
    expect(source.head).toEqual(['reshape_1', 'dropout', 'conv_preds', 'reshape_2', 'act_softmax']);
  });

  it('cuts a model without feature maps before its last layer with weights, and before its dropout', () => {
    const model = layers.sequential({
      layers: [
        layers.layers.dense({ units: 4, inputShape: [3], name: 'hidden' }),
        layers.layers.dropout({ rate: 0.5, name: 'drop' }),
        layers.layers.dense({ units: 2, name: 'out' }),
      ],
    });
    expect(sourceModelOf(model)).toMatchObject({ defaultCut: 'hidden', head: ['drop', 'out'] });
  });

  it('cuts a model without an output layer at its end, not at a pooling inside its attention blocks', () => {
    const input = layers.input({ shape: [8, 8, 3] });
    const maps = layers.layers.conv2d({ filters: 4, kernelSize: 1, name: 'conv' }).apply(input);
    const squeezed = layers.layers.globalAveragePooling2d({ name: 'squeeze' }).apply(maps);
    const gate = layers.layers.dense({ units: 4, activation: 'sigmoid', name: 'gate' }).apply(squeezed);
    const shaped = layers.layers.reshape({ targetShape: [1, 1, 4], name: 'shaped' }).apply(gate);
    if (!(maps instanceof layers.SymbolicTensor) || !(shaped instanceof layers.SymbolicTensor)) throw new Error('none');
    const scaled = layers.layers.multiply({ name: 'scaled' }).apply([maps, shaped]);
    const outputs = layers.layers.reLU({ name: 'last' }).apply(scaled);
    if (!(outputs instanceof layers.SymbolicTensor)) throw new Error('one output was expected');
    expect(sourceModelOf(layers.model({ inputs: input, outputs }))).toMatchObject({ defaultCut: 'last', head: [] });
  });

  it('refuses a model that has nothing to cut, and a cut that is not there', () => {
    const model = layers.sequential({ layers: [layers.layers.dense({ units: 2, inputShape: [3] })] });
    expect(() => sourceModelOf(model)).toThrow(/no layer to cut after/);
    expect(() => sourceModelOf(seedCnn({ seed: 1 }), { defaultCut: 'flaten' })).toThrow(/no layer "flaten"/);
  });
});

describe('importLayersModel', () => {
  it('reads an export of Teachable Machine: nested Sequentials, labels, pictures in [−1, 1]', async () => {
    const model = teachableMachine();
    const store = await plain(model);
    await store.write(
      'metadata.json',
      text({
        packageName: '@teachablemachine/image',
        modelName: 'tm-my-image-model',
        labels: ['cat', 'dog', 'none'],
        imageSize: 32,
      }),
    );
    const source = await importLayersModel(store);
    expect(source).toMatchObject({
      name: 'tm-my-image-model',
      labels: ['cat', 'dog', 'none'],
      preprocessing: { inputShape: [32, 32, 3], range: [-1, 1] },
      head: ['sequential_3/dense_Dense1', 'sequential_3/dense_Dense2'],
    });
    expect(source.cuts[0]?.shape).toEqual([256]);
    expect(source.defaultCut).toMatch(/GlobalAveragePooling2D1$/);
    const x = tf.randomUniform([2, 32, 32, 3], -1, 1, 'float32', 3);
    const [before, after] = [model.predict(x), source.model.predict(x)];
    if (Array.isArray(before) || Array.isArray(after)) throw new Error('one output was expected');
    expect(await after.array()).toEqual(await before.array());
  });

  it('reads a model.json without a format key, in many shards', async () => {
    const model = seedCnn({ seed: 2, inputShape: [10, 10, 1] });
    const store = await plain(model);
    const { format: _format, ...json } = await parsed(store, 'model.json');
    const manifest = json['weightsManifest'];
    if (!Array.isArray(manifest)) throw new Error('a weights manifest was expected');
    const [group]: { paths: string[]; weights: unknown[] }[] = manifest;
    const bytes = await store.read(group?.paths[0] ?? '');
    const cut = [0, 1000, 1003, bytes.length];
    const paths = ['shard-a', 'shard-b', 'shard-c'];
    for (const [index, path] of paths.entries()) await store.write(path, bytes.slice(cut[index], cut[index + 1]));
    await store.write('model.json', text({ ...json, weightsManifest: [{ ...group, paths }] }));
    const source = await importLayersModel(store);
    expect(source.defaultCut).toBe('flatten');
    const values = async (each: layers.LayersModel): Promise<number[]> =>
      Array.from((await each.getWeights()[0]?.data()) ?? []);
    expect(await values(source.model)).toEqual(await values(model));
  });

  it.each(['../secret.bin', '/etc/passwd', 'https://elsewhere.example/w.bin', 'a\\..\\b', '//host/w.bin'])(
    'refuses a model.json that names the shard %s',
    async (path) => {
      const store = await plain(seedCnn({ seed: 2, inputShape: [10, 10, 1] }));
      const json = await parsed(store, 'model.json');
      const manifest = json['weightsManifest'];
      if (!Array.isArray(manifest)) throw new Error('a weights manifest was expected');
      await store.write('model.json', text({ ...json, weightsManifest: [{ ...manifest[0], paths: [path] }] }));
      const error = await caught(importLayersModel(store));
      expect(error.code).toBe('bad-input');
      expect(error.message).toContain(JSON.stringify(path));
    },
  );

  it('names a layer that nobody registered, where it sits, and what to do', async () => {
    const store = await plain(teachableMachine());
    const json = new TextDecoder()
      .decode(await store.read('model.json'))
      .replace(/"class_name":\s*"GlobalAveragePooling2D"/, '"class_name": "GlobalAveragePoling2D"');
    await store.write('model.json', new TextEncoder().encode(json));
    const error = await caught(importLayersModel(store));
    expect(error.code).toBe('bad-input');
    expect(error.message).toContain('GlobalAveragePoling2D layer at "sequential_1/global_average_pooling2d_');
    expect(error.message).toContain('registerClass');
    expect(error.message).toMatch(/Did you mean .*"GlobalAveragePooling2D"/);
  });

  it('names an activation that nobody registered', async () => {
    const store = await plain(seedCnn({ seed: 2, inputShape: [10, 10, 1] }));
    const json = new TextDecoder().decode(await store.read('model.json')).replace(/"relu"/, '"my_act"');
    await store.write('model.json', new TextEncoder().encode(json));
    expect((await caught(importLayersModel(store))).message).toMatch(/activation "my_act" at "conv1".*registerClass/);
  });

  it('refuses labels that are not as many as the outputs, and metadata that are none', async () => {
    const store = await plain(seedCnn({ seed: 2, inputShape: [10, 10, 1] }));
    expect((await caught(importLayersModel(store, { labels: ['a', 'b'] }))).message).toMatch(/10 outputs and 2 labels/);
    await store.write('metadata.json', text({ labels: [1, 2] }));
    expect((await caught(importLayersModel(store))).code).toBe('corrupt');
    await store.write('metadata.json', new TextEncoder().encode('{'));
    expect((await caught(importLayersModel(store))).code).toBe('corrupt');
  });
});
