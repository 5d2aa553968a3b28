import { beforeAll, describe, expect, it } from 'vitest';
import fc from 'fast-check';
import * as tf from '@tensorflow/tfjs-core';
import * as layers from '@tensorflow/tfjs-layers';
import {
  bundleFileStore,
  CAFFE_SCALE,
  createRng,
  GraftError,
  loadBundle,
  MANIFEST_FILE,
  memoryStore,
  MODEL_FILE,
  networkOf,
  parseManifest,
  readTrunkFile,
  saveBundle,
  saveBundleFile,
  sha256,
  useBackend,
  type Store,
} from '../src/index.js';
import { bytesOf, caught, present, testBackend, textOf, values } from './helpers.js';

beforeAll(async () => {
  await useBackend(testBackend());
});

function small(): layers.LayersModel {
  return layers.sequential({
    name: 'small',
    layers: [
      layers.layers.dense({ inputShape: [3], units: 4, name: 'fc' }),
      layers.layers.batchNormalization({ name: 'bn' }),
      layers.layers.dense({ units: 2, activation: 'softmax', name: 'head' }),
    ],
  });
}

async function saved(model = small()): Promise<Store> {
  const store = memoryStore('the store');
  await saveBundle(store, model, { target: { kind: 'classes', labels: ['a', 'b'] } });
  return store;
}

async function shardOf(store: Store): Promise<string> {
  const { files } = parseManifest(textOf(await store.read(MANIFEST_FILE)), 'manifest');
  return present(Object.keys(files).find((name) => name.endsWith('.bin')));
}

/** Change `model.json` as plain tfjs would find it: without a manifest that guards it. */
async function editedModelJson(edit: (json: Record<string, unknown>) => unknown): Promise<Store> {
  const store = await saved();
  await store.remove(MANIFEST_FILE);
  const json: Record<string, unknown> = JSON.parse(textOf(await store.read(MODEL_FILE)));
  await store.write(MODEL_FILE, bytesOf(JSON.stringify(edit(json))));
  return store;
}

const weightsOf = async (model: layers.LayersModel): Promise<[string, number[]][]> =>
  Promise.all(
    networkOf(model).weights.map(async ({ name, variable }): Promise<[string, number[]]> => [
      name,
      await values(variable),
    ]),
  );

describe('a bundle', () => {
  it('gives back the model, its weights to the bit, and what was said of it', async () => {
    const model = small();
    const store = memoryStore();
    const facts = {
      target: { kind: 'classes' as const, labels: ['cat', 'dog'] },
      preprocessing: { inputShape: [3], ...CAFFE_SCALE },
      frozen: ['fc/kernel'],
      provenance: { seed: 3, nested: { data: ['x'] } },
    };
    const manifest = await saveBundle(store, model, facts);
    const loaded = await loadBundle(store);
    expect(loaded.manifest).toEqual(manifest);
    expect(loaded.manifest).toMatchObject({ ...facts, name: 'small', format: 'graft-bundle', formatVersion: 1 });
    expect(await weightsOf(loaded.model)).toEqual(await weightsOf(model));
  });

  it('opens in plain tf.loadLayersModel', async () => {
    const model = small();
    const store = await saved(model);
    const json: { modelTopology: object; weightsManifest: { weights: tf.io.WeightsManifestEntry[] }[] } = JSON.parse(
      textOf(await store.read(MODEL_FILE)),
    );
    const weightData = Uint8Array.from(await store.read(await shardOf(store))).buffer;
    const plain = await layers.loadLayersModel(
      tf.io.fromMemory({
        modelTopology: json.modelTopology,
        weightSpecs: present(json.weightsManifest[0]).weights,
        weightData,
      }),
    );
    const x = tf.tensor2d([[1, -2, 3]]);
    const [mine, theirs] = [model.predict(x), plain.predict(x)];
    if (Array.isArray(mine) || Array.isArray(theirs)) throw new Error('one output was expected');
    expect(await values(theirs)).toEqual(await values(mine));
  });

  it('is the same bytes every time, and names shards by their contents', async () => {
    const model = small();
    const [a, b] = [await saved(model), await saved(model)];
    expect(await b.read(MANIFEST_FILE)).toEqual(await a.read(MANIFEST_FILE));
    expect(await shardOf(a)).toContain((await sha256(await a.read(await shardOf(a)))).slice(0, 12));
  });

  it('splits weights above 4 MiB into shards and joins them again', async () => {
    const model = layers.sequential({
      layers: [
        layers.layers.dense({ inputShape: [1100], units: 1100, name: 'wide', kernelInitializer: 'randomUniform' }),
      ],
    });
    const store = await saved(model);
    const { files } = parseManifest(textOf(await store.read(MANIFEST_FILE)), 'manifest');
    expect(Object.keys(files).filter((name) => name.endsWith('of2.bin'))).toHaveLength(2);
    const { model: loaded } = await loadBundle(store);
    const [mine, theirs] = [await weightsOf(model), await weightsOf(loaded)];
    expect(
      Buffer.from(Float32Array.from(present(theirs[0])[1]).buffer).equals(
        Buffer.from(Float32Array.from(present(mine[0])[1]).buffer),
      ),
    ).toBe(true);
  });

  it.each([1, 2, 3])('leaves an older bundle readable when write %d of a new one fails', async (failsAt) => {
    const store = memoryStore();
    const first = small();
    await saveBundle(store, first);
    let writes = 0;
    const failing: Store = {
      ...store,
      write: async (name, bytes) => {
        writes++;
        if (writes === failsAt) throw new GraftError({ code: 'storage', what: 'The disk is full.' });
        await store.write(name, bytes);
      },
    };
    expect((await caught(() => saveBundle(failing, small()))).code).toBe('storage');
    expect(await weightsOf((await loadBundle(store)).model)).toEqual(await weightsOf(first));
  });

  it('opens a plain tfjs model without a manifest, also without the format key', async () => {
    const store = await editedModelJson(({ format: _format, ...json }) => json);
    const { model, manifest } = await loadBundle(store);
    expect(manifest).toBeUndefined();
    expect(model.countParams()).toBe(small().countParams());
  });
});

describe('a model.json', () => {
  it('is refused with words when it is of a graph model', async () => {
    const graph = { node: [{ name: 'x', op: 'Placeholder' }] };
    const store = await editedModelJson((json) => ({ ...json, modelTopology: graph }));
    const { code, message } = await caught(() => loadBundle(store));
    expect({ code, message }).toEqual({ code: 'bad-input', message: expect.stringContaining('graph model') });
  });

  it('says the classes of its layers, nested ones among them, before they are built', async () => {
    const nested = layers.sequential({ layers: [small(), layers.layers.softmax()] });
    const told: string[] = [];
    await loadBundle(await saved(nested), { prepare: (classes) => void told.push(...classes) });
    expect(told.sort()).toEqual(expect.arrayContaining(['BatchNormalization', 'Dense', 'Sequential', 'Softmax']));
    const late = loadBundle(await saved(), { prepare: () => Promise.reject(new Error('not yet')) });
    await expect(late).rejects.toThrow('not yet');
  });
});

describe('a bundle whose trunk TensorFlow.js does not run', () => {
  const bytes = Uint8Array.of(1, 2, 3, 4, 5);
  const withTrunk = async (): Promise<Store> => {
    const store = memoryStore('the store');
    await saveBundle(store, small(), { trunk: { format: 'onnx', at: 'pool', bytes } });
    return store;
  };
  const manifestOf = async (store: Store): Promise<ReturnType<typeof parseManifest>> =>
    parseManifest(textOf(await store.read(MANIFEST_FILE)), 'manifest');

  it('holds its file, checked, and does not pass its head for the whole', async () => {
    const store = await withTrunk();
    const manifest = await manifestOf(store);
    const { file = '' } = manifest.trunk ?? {};
    expect(manifest.trunk).toEqual({
      format: 'onnx',
      at: 'pool',
      file: `trunk-${(await sha256(bytes)).slice(0, 12)}.onnx`,
    });
    expect(await readTrunkFile(store, manifest)).toEqual(bytes);
    const { code, message } = await caught(() => loadBundle(store));
    expect({ code, message }).toEqual({ code: 'bad-input', message: expect.stringContaining(file) });
    expect((await loadBundle(store, { headAlone: true })).model.name).toBe('small');

    await store.write(file, Uint8Array.of(1, 2, 3, 4, 6));
    expect((await caught(() => readTrunkFile(store, manifest))).code).toBe('corrupt');
    const without = await saved();
    expect(await readTrunkFile(without, await manifestOf(without))).toBeUndefined();
  });

  it('holds it in one file as well', async () => {
    const store = await bundleFileStore(
      await saveBundleFile(small(), { trunk: { format: 'onnx', at: 'pool', bytes } }),
    );
    expect(await readTrunkFile(store, await manifestOf(store))).toEqual(bytes);
  });
});

describe('a damaged bundle', () => {
  it('with any one bit flipped in a shard is corrupt, and the file is named', async () => {
    const store = await saved();
    const shard = await shardOf(store);
    const whole = await store.read(shard);
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.byteLength * 8 - 1), async (bit) => {
        const flipped = Uint8Array.from(whole);
        flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        await store.write(shard, flipped);
        const error = await caught(() => loadBundle(store));
        expect(error.code).toBe('corrupt');
        expect(error.message).toContain(shard);
      }),
      { numRuns: 40 },
    );
    await store.write(shard, whole);
    expect((await loadBundle(store)).model.countParams()).toBe(small().countParams());
  });

  it('with a changed model.json is corrupt', async () => {
    const store = await saved();
    await store.write(MODEL_FILE, bytesOf(`${textOf(await store.read(MODEL_FILE))} `));
    expect(await caught(() => loadBundle(store))).toMatchObject({ code: 'corrupt' });
  });

  it('without its shard, or without model.json, says not-found', async () => {
    const store = await saved();
    const shard = await shardOf(store);
    await store.remove(shard);
    expect(await caught(() => loadBundle(store))).toMatchObject({ code: 'not-found' });
    expect(await caught(() => loadBundle(memoryStore('empty')))).toMatchObject({ code: 'not-found' });
  });

  it('whose manifest has any bit flipped is corrupt, unless what it says is the same', async () => {
    const store = await saved();
    const whole = await store.read(MANIFEST_FILE);
    for (let at = 0; at < whole.length; at += 7) {
      const byte = (whole[at] ?? 0) ^ (1 << (at % 7));
      await store.write(MANIFEST_FILE, whole.with(at, byte));
      const outcome = await loadBundle(store).then(
        ({ model }) => model.dispose(),
        (error: unknown) => error,
      );
      if (outcome instanceof GraftError) expect(outcome.code).toBe('corrupt');
      // White space, or the seal's own name.
      else expect('\n "seal'.includes(String.fromCharCode(whole[at] ?? 0)), `byte ${at} of the manifest`).toBe(true);
    }
  });

  it('of an early version has no seal, and opens', async () => {
    const store = await saved();
    const { seal, ...facts }: Record<string, unknown> = JSON.parse(textOf(await store.read(MANIFEST_FILE)));
    expect(seal).toMatch(/^[0-9a-f]{64}$/);
    await store.write(MANIFEST_FILE, bytesOf(JSON.stringify(facts)));
    (await loadBundle(store)).model.dispose();
    await store.write(MANIFEST_FILE, bytesOf(JSON.stringify({ ...facts, name: 'another', seal })));
    const error = await caught(() => loadBundle(store));
    expect(error.code).toBe('corrupt');
    expect(error.message).toMatch(/graft\.json is not what was saved.*fetch or save the bundle again/s);
  });

  it('with a shard that the manifest does not list is corrupt', async () => {
    const store = await saved();
    const manifest: { files: Record<string, unknown> } = JSON.parse(textOf(await store.read(MANIFEST_FILE)));
    const { [await shardOf(store)]: _left, ...files } = manifest.files;
    await store.write(MANIFEST_FILE, bytesOf(JSON.stringify({ ...manifest, files, seal: undefined })));
    expect((await caught(() => loadBundle(store))).message).toContain('does not list it');
  });

  it.each<[string, string]>([
    ['no JSON', '{'],
    ['not an object', '[]'],
    ['another format', '{"format":"other","formatVersion":1,"name":"x","files":{}}'],
    ['a newer version', '{"format":"graft-bundle","formatVersion":2,"name":"x","files":{}}'],
    [
      'a sha256 that is none',
      '{"format":"graft-bundle","formatVersion":1,"name":"x","files":{"a":{"bytes":1,"sha256":"x"}}}',
    ],
    [
      'no labels',
      '{"format":"graft-bundle","formatVersion":1,"name":"x","files":{},"target":{"kind":"classes","labels":[]}}',
    ],
  ])('whose graft.json is %s is corrupt', async (_, text) => {
    const store = await saved();
    await store.write(MANIFEST_FILE, bytesOf(text));
    const error = await caught(() => loadBundle(store));
    expect(error.code).toBe('corrupt');
    expect(error.message).toContain('graft.json');
  });
});

describe('a model.json that lies', () => {
  const withGroup =
    (group: object) =>
    (json: Record<string, unknown>): object => ({ ...json, weightsManifest: [group] });
  const weight = (shape: number[]): object => ({ name: 'fc/kernel', shape, dtype: 'float32' });

  it.each<[string, (json: Record<string, unknown>) => unknown]>([
    ['has no weights', ({ weightsManifest: _weights, ...json }) => json],
    ['has no topology', ({ modelTopology: _topology, ...json }) => json],
    ['is a list', () => []],
    ['declares far more than there can be', withGroup({ paths: ['x'], weights: [weight([1e6, 1e6])] })],
    ['declares sizes past all integers', withGroup({ paths: ['x'], weights: [weight([1e300, 1e300])] })],
    ['declares a negative size', withGroup({ paths: ['x'], weights: [weight([-5])] })],
    ['declares half a size', withGroup({ paths: ['x'], weights: [weight([2.5])] })],
    [
      'has a weight of an unknown type',
      withGroup({ paths: ['x'], weights: [{ name: 'a', shape: [1], dtype: 'string' }] }),
    ],
    ['has a topology that is no model', (json) => ({ ...json, modelTopology: { class_name: 'Nonsense', config: {} } })],
    ['has a topology without config', (json) => ({ ...json, modelTopology: { class_name: 'Sequential' } })],
  ])('because it %s is corrupt', async (_, edit) => {
    const store = await editedModelJson(edit);
    expect((await caught(() => loadBundle(store))).code).toBe('corrupt');
  });

  it.each(['../x', '/etc/passwd', 'a/../../x', 'https://example.org/x.bin'])(
    'never reads the shard %j',
    async (path) => {
      const store = await editedModelJson(withGroup({ paths: [path], weights: [weight([3, 4])] }));
      const asked: string[] = [];
      const watching: Store = {
        ...store,
        read: (name) => {
          asked.push(name);
          return store.read(name);
        },
      };
      const error = await caught(() => loadBundle(watching));
      expect(error.message).toContain(path);
      expect(asked).toEqual([MODEL_FILE]);
    },
  );

  it.each([-1, 1])('is corrupt when the shards hold %d byte more than declared', async (more) => {
    const store = await saved();
    const shard = await shardOf(store);
    await store.remove(MANIFEST_FILE);
    const whole = await store.read(shard);
    const wrong = new Uint8Array(whole.byteLength + more);
    wrong.set(whole.subarray(0, wrong.byteLength));
    await store.write(shard, wrong);
    const error = await caught(() => loadBundle(store));
    expect(error.code).toBe('corrupt');
    expect(error.message).toContain(String(wrong.byteLength));
    expect(error.message).toContain(String(whole.byteLength));
  });

  it('is refused with a GraftError, or loads, however its bytes are changed', async () => {
    const store = await saved();
    await store.remove(MANIFEST_FILE);
    const whole = await store.read(MODEL_FILE);
    const rng = createRng(5);
    let refused = 0;
    for (let round = 0; round < 250; round++) {
      const mutated = Uint8Array.from(whole);
      for (let change = 0; change < 2; change++) mutated[rng.int(mutated.byteLength)] = 32 + rng.int(95);
      await store.write(MODEL_FILE, mutated);
      try {
        await loadBundle(store);
      } catch (thrown) {
        refused++;
        if (!(thrown instanceof GraftError)) throw thrown;
      }
    }
    expect(refused).toBeGreaterThan(50);
  });
});
