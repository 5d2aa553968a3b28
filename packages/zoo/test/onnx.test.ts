import * as tf from '@tensorflow/tfjs-core';
import * as layers from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, it } from 'vitest';
import { wasm } from '@graft-ml/backend-wasm';
import { memoryStore, networkOf, predict, subnetwork, useBackend } from '@graft-ml/core';
import { arrayDataset } from '@graft-ml/datasets';
import { extractFeatures } from '@graft-ml/datasets/features';
import { evaluate, fit, adam } from '@graft-ml/train';
import { exportOnnx } from '../src/export/index.js';
import { mobilenetV2 } from '../src/index.js';
import { importOnnx, onnxTensors, type OnnxRuntime } from '../src/onnx/index.js';
import { bytesField, concat, numberField, textField } from '../src/onnx/wire.js';
import { fillByFormula, formula } from './formula-weights.js';
import { withstands } from './mutate.js';
import { farthest } from './onnx-session.js';

const SHAPE = [32, 32, 3];
let model: layers.LayersModel;
let file: Uint8Array;

beforeAll(async () => {
  await useBackend(wasm());
  model = mobilenetV2({ seed: 1, alpha: 0.35, inputShape: SHAPE, classes: 4 });
  fillByFormula(networkOf(model));
  file = await exportOnnx(model, { preprocessing: { inputShape: SHAPE, range: [-1, 1] } });
});

/** What the model gives at one of its layers. */
async function ours(path: string, x: tf.Tensor): Promise<Float32Array> {
  const network = networkOf(model);
  const node = network.nodes.find((each) => each.path === path);
  const [output] = predict(subnetwork(network, { outputs: node?.outputs ?? [] }), [x]);
  if (output === undefined) throw new Error('no output');
  const values = Float32Array.from(await output.data());
  output.dispose();
  return values;
}

describe('an ONNX file as a frozen trunk', () => {
  it.each([
    ['global_average_pooling2d', undefined, [1280]],
    ['out_relu', 'out_relu', [1, 1, 1280]],
    ['block_3_depthwise', 'block_3_depthwise', [4, 4, 48]],
  ])('gives what the model itself gives at %s', async (path, at, shape) => {
    const trunk = await importOnnx(file, at === undefined ? {} : { at });
    expect(trunk.inputShape).toEqual(SHAPE);
    expect(trunk.preprocessing).toEqual({ inputShape: SHAPE, range: [-1, 1] });
    // A map of one pixel is a vector.
    expect(trunk.outputShapes).toEqual([shape.length === 3 && shape[0] === 1 ? shape.slice(2) : shape]);
    const x = tf.tensor(formula('input', 3 * 32 * 32 * 3), [3, ...SHAPE]);
    const before = tf.memory().numTensors;
    const [features] = await trunk.features([x]);
    expect(tf.memory().numTensors).toBe(before + 1);
    const expected = await ours(path, x);
    const largest = Math.max(...expected.map(Math.abs));
    expect(farthest((await features?.data()) ?? [], expected) / largest).toBeLessThan(1e-4);
    tf.dispose([x, features]);
    await trunk.release();
  });

  it('is mapped over a dataset, kept in a store, and a head is trained on it', async () => {
    const trunk = await importOnnx(file);
    const data = arrayDataset({
      name: 'two grounds',
      inputs: [
        {
          shape: SHAPE,
          data: Float32Array.from({ length: 16 * 3072 }, (_, at) => (Math.floor(at / 3072) % 2) - 0.5),
        },
      ],
      targets: Int32Array.from({ length: 16 }, (_, at) => at % 2),
      target: { kind: 'classes', labels: ['dark', 'light'] },
    });
    const store = memoryStore();
    const features = await extractFeatures(trunk, data, { store, batchSize: 5 });
    expect(features.inputShapes).toEqual([[1280]]);
    const head = networkOf(
      layers.sequential({ layers: [layers.layers.dense({ units: 2, inputShape: [1280], activation: 'softmax' })] }),
    );
    for await (const _ of fit({ network: head, data: features, epochs: 20, batchSize: 8, optimizer: adam(), seed: 1 }));
    expect((await evaluate(head, features)).metrics['accuracy']).toBe(1);
    // A second time everything comes from the store, and nothing is run.
    await trunk.release();
    const again = await extractFeatures(trunk, data, { store, batchSize: 5 });
    expect(await again.fingerprint()).toBe(await features.fingerprint());
  });

  it('lists its tensors, and suggests near names', async () => {
    expect(onnxTensors(file)).toEqual(expect.arrayContaining(['Conv1', 'out_relu', 'output']));
    await expect(importOnnx(file, { at: 'out_rel' })).rejects.toMatchObject({
      code: 'not-found',
      message: expect.stringContaining('out_relu'),
    });
  });

  it('says what to install when onnxruntime is not there', async () => {
    await expect(importOnnx(file, { runtime: 'web' })).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringMatching(/onnxruntime-web.*npm install onnxruntime-web@/s),
    });
  });

  it('takes any runtime, and says what it refuses', async () => {
    const refusing: OnnxRuntime = {
      InferenceSession: { create: () => Promise.reject(new Error('no such operator')) },
      Tensor: class {
        readonly type = 'float32';
        readonly data = new Float32Array(0);
        readonly dims = [];
      },
    };
    await expect(importOnnx(file, { runtime: refusing })).rejects.toMatchObject({
      code: 'bad-input',
      message: expect.stringContaining('no such operator'),
    });
  });
});

/** A file with one weight [2], which is added to the input [B, 2], written here byte by byte. */
function handMade(tensor: Uint8Array, dims: readonly number[] = [2]): Uint8Array<ArrayBuffer> {
  const value = (name: string): Uint8Array =>
    concat([
      textField(1, name),
      bytesField(
        2,
        bytesField(
          1,
          concat([
            numberField(1, 1),
            bytesField(2, concat([1, ...dims].map((size) => bytesField(1, numberField(1, size))))),
          ]),
        ),
      ),
    ]);
  const node = concat([textField(1, 'x'), textField(1, 'w'), textField(2, 'y'), textField(4, 'Add')]);
  const graph = concat([
    bytesField(1, node),
    textField(2, 'g'),
    bytesField(5, tensor),
    bytesField(11, value('x')),
    bytesField(12, value('y')),
  ]);
  return concat([numberField(1, 8), bytesField(7, graph), bytesField(8, numberField(2, 13))]);
}

const head = concat([numberField(1, 2), numberField(2, 1), textField(8, 'w')]);
const entry = (key: string, text: string): Uint8Array =>
  bytesField(13, concat([textField(1, key), textField(2, text)]));

describe('weights of ONNX files', () => {
  const raw = new Uint8Array(Float32Array.of(10, 20).buffer);

  it('may lie in the file, in any of the ways that ONNX has', async () => {
    for (const data of [bytesField(9, raw), bytesField(4, raw)]) {
      const trunk = await importOnnx(handMade(concat([head, data])));
      const [y] = await trunk.features([tf.tensor2d([1, 2], [1, 2])]);
      expect(Array.from((await y?.data()) ?? [])).toEqual([11, 22]);
      await trunk.release();
    }
  });

  it('may lie beside it, and nowhere else', async () => {
    const external = (location: string, offset: string, length = '8'): Uint8Array =>
      handMade(
        concat([
          head,
          entry('location', location),
          entry('offset', offset),
          entry('length', length),
          numberField(14, 1),
        ]),
      );
    const files = memoryStore('folder');
    await files.write('weights.bin', concat([new Uint8Array(4), raw]));
    const trunk = await importOnnx(external('weights.bin', '4'), { files });
    const [y] = await trunk.features([tf.tensor2d([1, 2, 3, 4], [2, 2])]);
    expect(Array.from((await y?.data()) ?? [])).toEqual([11, 22, 13, 24]);
    await trunk.release();
    for (const location of [
      '../weights.bin',
      '/etc/passwd',
      'C:\\weights.bin',
      'a/../../b',
      'https://example.org/w',
      '',
    ]) {
      await expect(importOnnx(external(location, '0'), { files }), location).rejects.toMatchObject({
        code: 'bad-input',
      });
    }
    await expect(importOnnx(external('weights.bin', '4'))).rejects.toMatchObject({
      message: expect.stringContaining('Pass files'),
    });
    await expect(importOnnx(external('weights.bin', '8'), { files })).rejects.toMatchObject({ code: 'corrupt' });
    await expect(importOnnx(external('weights.bin', '0', '4000'), { files })).rejects.toMatchObject({
      code: 'corrupt',
    });
    await expect(importOnnx(external('elsewhere.bin', '0'), { files })).rejects.toMatchObject({ code: 'not-found' });
  });

  it.each<[string, Uint8Array]>([
    [
      'shapes beyond the data',
      concat([numberField(1, 1_000_000), numberField(2, 1), textField(8, 'w'), bytesField(9, raw)]),
    ],
    [
      'shapes beyond any machine',
      concat([...Array.from({ length: 6 }, () => numberField(1, 2 ** 20)), numberField(2, 1), textField(8, 'w')]),
    ],
    [
      'sizes below zero',
      concat([
        bytesField(1, Uint8Array.of(255, 255, 255, 255, 255, 255, 255, 255, 255, 1)),
        numberField(2, 1),
        textField(8, 'w'),
        bytesField(9, raw),
      ]),
    ],
    ['types that do not exist', concat([numberField(1, 2), numberField(2, 99), textField(8, 'w'), bytesField(9, raw)])],
    ['no data', head],
  ])('with %s are refused', async (_what, tensor) => {
    await expect(importOnnx(handMade(tensor))).rejects.toMatchObject({ code: 'corrupt' });
  });
});

describe('ONNX files that are refused', () => {
  it('are cut off anywhere, or something else', async () => {
    const small = await exportOnnx(layers.sequential({ layers: [layers.layers.dense({ units: 2, inputShape: [3] })] }));
    for (let length = 0; length < small.length; length++) {
      await expect(importOnnx(small.slice(0, length)), String(length)).rejects.toMatchObject({
        code: expect.stringMatching(/^(corrupt|bad-input|not-found)$/),
      });
    }
    await expect(importOnnx(new TextEncoder().encode('<html>no</html>'))).rejects.toMatchObject({ code: 'corrupt' });
  });

  it('do not say where their channels are', async () => {
    const odd = await exportOnnx(
      layers.sequential({ layers: [layers.layers.conv2d({ filters: 2, kernelSize: 1, inputShape: [5, 3, 3] })] }),
    );
    await expect(importOnnx(odd)).rejects.toMatchObject({ message: expect.stringContaining('layout') });
    const trunk = await importOnnx(odd, { layout: 'NCHW', at: 'output' });
    expect(trunk.outputShapes).toEqual([[5, 3, 2]]);
    await trunk.release();
  });

  it(
    'may be damaged in 10,000 ways: each is read or refused, and none crashes, hangs or blows up',
    { timeout: 900_000 },
    async () => {
      const plain = await exportOnnx(
        layers.sequential({
          layers: [
            layers.layers.conv2d({ filters: 2, kernelSize: 3, padding: 'same', inputShape: [6, 6, 3], name: 'conv' }),
            layers.layers.batchNormalization({ name: 'norm' }),
            layers.layers.globalAveragePooling2d({ name: 'pool' }),
            layers.layers.dense({ units: 2, activation: 'softmax', name: 'head' }),
          ],
        }),
        { target: { kind: 'classes', labels: ['a', 'b'] } },
      );
      const external = handMade(
        concat([head, entry('location', 'w.bin'), entry('offset', '0'), entry('length', '8'), numberField(14, 1)]),
      );
      // What is sound goes to onnxruntime, whose own parser is not ours to test: here it stands still.
      const runtime: OnnxRuntime = {
        InferenceSession: { create: () => Promise.reject(new Error('not run')) },
        Tensor: class {
          readonly type = 'float32';
          readonly data = new Float32Array(0);
          readonly dims = [];
        },
      };
      const files = memoryStore('folder');
      await files.write('w.bin', new Uint8Array(64));
      const parse = (bytes: Uint8Array): Promise<unknown> => importOnnx(bytes, { runtime, files });
      await withstands(
        'onnx',
        [plain, external, handMade(concat([head, bytesField(4, new Uint8Array(8))]))],
        parse,
        10_000,
      );
    },
  );
});
