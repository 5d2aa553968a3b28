import { readFile } from 'node:fs/promises';
import { zipSync } from 'fflate';
import { beforeAll, describe, expect, it } from 'vitest';
import * as tf from '@tensorflow/tfjs-core';
import { wasm } from '@graft-ml/backend-wasm';
import { buildFromTopology, GraftError, networkOf, nodeAt, predict, useBackend } from '@graft-ml/core';
import { importKeras, loadKerasWeights } from '../src/keras/index.js';
import { kerasConfig } from '../src/keras/keras-config.js';
import { snakeCase } from '../src/keras/weights-by-structure.js';
import type { SourceModel } from '../src/index.js';
import { formula } from './formula-weights.js';

interface Golden {
  readonly inputShape: readonly number[];
  readonly features: readonly number[];
  readonly probabilities: readonly number[];
  readonly lstm: readonly number[];
}

const fixture = (name: string): Promise<Uint8Array> =>
  readFile(new URL(`fixtures/${name}`, import.meta.url)).then((bytes) => new Uint8Array(bytes));
let golden: Golden;

beforeAll(async () => {
  await useBackend(wasm());
  golden = JSON.parse(new TextDecoder().decode(await fixture('keras.json')));
});

async function outputsOf({ network }: SourceModel, paths: readonly string[], shape: readonly number[]) {
  const x = tf.tensor(
    formula(
      'input',
      shape.reduce((a, b) => a * b, 1),
    ),
    [1, ...shape],
  );
  const outputs = paths.flatMap((path) => nodeAt(network, path)?.outputs ?? []);
  return Promise.all(predict({ ...network, outputs }, [x]).map(async (each) => Array.from(await each.data())));
}

function expectNear(found: readonly number[] | undefined, wanted: readonly number[]): void {
  expect(found?.length).toBe(wanted.length);
  for (const [index, value] of wanted.entries()) expect(found?.[index]).toBeCloseTo(value, 4);
}

async function caught(work: Promise<unknown>): Promise<GraftError> {
  const thrown: unknown = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (thrown instanceof GraftError) return thrown;
  throw new Error(`a GraftError was expected, not ${String(thrown)}`);
}

/** A `.keras` file with one part replaced. */
async function archive(parts: Record<string, Uint8Array | string>): Promise<Uint8Array> {
  const encode = (part: Uint8Array | string): Uint8Array =>
    typeof part === 'string' ? new TextEncoder().encode(part) : part;
  return zipSync(Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, encode(part)])));
}

describe('importKeras', () => {
  it.each([
    ['keras2.h5', 'pool', 'head'],
    ['keras2-nested.h5', 'body/pool', 'head'],
    ['keras3.h5', 'pool', 'head'],
    ['keras3.keras', 'pool', 'head'],
    ['keras3-nested.keras', 'body/pool', 'classifier/head'],
  ])('reads %s: what PyTorch gives for the same weights', async (name, pool, head) => {
    const source = await importKeras(await fixture(name), { from: name, labels: ['a', 'b', 'c'] });
    const [features, probabilities] = await outputsOf(source, [pool, head], golden.inputShape);
    expectNear(features, golden.features);
    expectNear(probabilities, golden.probabilities);
    expect(source.head).toContain(head);
    expect(source.labels).toEqual(['a', 'b', 'c']);
  });

  it('reads a Sequential with a recurrent layer, mixed precision and no input layer', async () => {
    const source = await importKeras(await fixture('keras3-lstm.keras'));
    expect(source.defaultCut).toBe('memory');
    const [values] = await outputsOf(source, ['out'], [5, 3]);
    expectNear(values, golden.lstm);
  });

  it('keeps the number of tensors: what fails leaves nothing behind', async () => {
    const bytes = await fixture('keras2.h5');
    const before = tf.memory().numTensors;
    (await importKeras(bytes)).model.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  it('says what is not a Keras file', async () => {
    expect((await caught(importKeras(new Uint8Array()))).message).toMatch(/begins with nothing/);
    expect((await caught(importKeras(Uint8Array.of(1, 2, 3, 4), { from: 'x.h5' }))).message).toMatch(
      /x\.h5 is neither an HDF5 file nor a \.keras archive: it begins with 01 02 03 04/,
    );
    const error = await caught(importKeras(await fixture('keras2-weights.h5')));
    expect(error.message).toMatch(/weights without a model.*loadKerasWeights/);
  });

  it.each([0.1, 0.5, 0.9, 0.999])('says that a file is cut off, after %d of it', async (part) => {
    for (const name of ['keras2.h5', 'keras3.keras']) {
      const bytes = await fixture(name);
      expect((await caught(importKeras(bytes.slice(0, bytes.length * part)))).code).toBe('corrupt');
    }
  });

  it.each(['../../etc/passwd', '/etc/passwd', 'a/../../b'])('refuses an archive with the part %s', async (name) => {
    const error = await caught(importKeras(await archive({ 'config.json': '{}', [name]: 'x' })));
    expect(error.code).toBe('bad-input');
    expect(error.message).toContain(JSON.stringify(name));
  });

  it('refuses an archive whose part claims a size that it cannot have', async () => {
    const bytes = await archive({ 'config.json': '{}', 'model.weights.h5': new Uint8Array(1000) });
    const view = new DataView(bytes.buffer);
    for (let at = 0; at + 46 < bytes.length; at++) {
      // The size unpacked in the central directory's entries.
      if (view.getUint32(at, true) === 0x02014b50) view.setUint32(at + 24, 3e9, true);
    }
    expect((await caught(importKeras(bytes))).message).toMatch(/config.json" claims 3000000000 bytes/);
  });

  it('refuses a configuration that asks for more weights than the file can hold, before it allocates them', async () => {
    const dense = { class_name: 'Dense', config: { name: 'big', units: 1e9, batch_input_shape: [null, 1000] } };
    const config = JSON.stringify({ class_name: 'Sequential', config: { name: 's', layers: [dense] } });
    const weights = await fixture('keras2-weights.h5');
    const error = await caught(importKeras(await archive({ 'config.json': config, 'model.weights.h5': weights })));
    expect(error.code).toBe('corrupt');
    expect(error.message).toMatch(/asks for a weight "kernel" of shape \[1000, 1000000000\] in the layer "big"/);
  });

  it('names what tfjs would ignore', () => {
    const layer = { class_name: 'Conv2D', config: { name: 'c', groups: 2 } };
    const model = { class_name: 'Sequential', config: { layers: [layer] } };
    expect(() => kerasConfig(model, 'x.keras')).toThrow(/"c" \(Conv2D\) of x.keras has groups = 2/);
    expect(() => kerasConfig({ class_name: 'MyModel', config: {} }, 'x.keras')).toThrow(/subclassed model/);
  });

  it('names a layer of a custom class, where it sits, and how to register it', async () => {
    const layer = { class_name: 'MyBlock', registered_name: 'mine>MyBlock', config: { name: 'block_3' } };
    const config = JSON.stringify({ class_name: 'Sequential', config: { name: 's', layers: [layer] } });
    const weights = await fixture('keras2-weights.h5');
    const error = await caught(importKeras(await archive({ 'config.json': config, 'model.weights.h5': weights })));
    expect(error.message).toMatch(/a MyBlock layer at "block_3".*registerClass/);
  });
});

describe('loadKerasWeights', () => {
  it('fills an architecture by the names of its layers, or leaves it as it was', async () => {
    const { model, network } = await importKeras(await fixture('keras2.h5'));
    const weights = await fixture('keras2-weights.h5');
    const kernel = network.weights.find(({ name }) => name === 'stem/kernel')?.variable;
    const before = Array.from((await kernel?.data()) ?? []);
    kernel?.assign(tf.zeros(kernel.shape));
    await loadKerasWeights(model, weights);
    expect(Array.from((await kernel?.data()) ?? [])).toEqual(before);
    const other = await importKeras(await fixture('keras3-lstm.keras'));
    expect((await caught(loadKerasWeights(other.model, weights, 'w.h5'))).message).toMatch(
      /w\.h5 has no weights for the layer "memory"/,
    );
  });

  it('fills one whose layers are called otherwise by their order, as Keras does', async () => {
    const { model, network } = await importKeras(await fixture('keras2.h5'));
    const renamed = model.layers.reduce(
      (json, { name }) => json.replaceAll(`"${name}"`, `"other_${name}"`),
      JSON.stringify(model.toJSON(undefined, false)),
    );
    const other = await buildFromTopology(JSON.parse(renamed), 'renamed', { mostWeightBytes: 2 ** 20 });
    await loadKerasWeights(other, await fixture('keras2-weights.h5'));
    for (const [index, { name, variable }] of networkOf(other).weights.entries()) {
      expect(name).toMatch(/^other_/);
      const wanted = network.weights[index]?.variable;
      expect(Array.from(await variable.data()), name).toEqual(Array.from((await wanted?.data()) ?? []));
    }
  });
});

describe('snakeCase', () => {
  // From Keras's own tests of its names of groups.
  it.each([
    ['Conv2D', 'conv2d'],
    ['DepthwiseConv2D', 'depthwise_conv2d'],
    ['BatchNormalization', 'batch_normalization'],
    ['ReLU', 're_lu'],
    ['GlobalAveragePooling2D', 'global_average_pooling2d'],
    ['LSTM', 'lstm'],
  ])('%s → %s', (name, wanted) => {
    expect(snakeCase(name)).toBe(wanted);
  });
});
