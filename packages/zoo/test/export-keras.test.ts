import * as tf from '@tensorflow/tfjs-core';
import * as layers from '@tensorflow/tfjs-layers';
import { unzipSync } from 'fflate';
import { beforeAll, describe, expect, it } from 'vitest';
import { wasm } from '@graft-ml/backend-wasm';
import { decodeSafetensors, networkOf, predict, useBackend } from '@graft-ml/core';
import { exportKeras, exportKerasH5, exportSafetensors } from '../src/export/index.js';
import { mobilenetV1, mobilenetV2, resnet, seedCnn } from '../src/index.js';
import { readH5 } from '../src/keras/h5/h5-file.js';
import { importKeras } from '../src/keras/index.js';
import { inKerasOrder } from '../src/export/keras/layer-order.js';
import { fillByFormula, formula } from './formula-weights.js';
import { farthest } from './onnx-session.js';

beforeAll(async () => {
  await useBackend(wasm());
});

async function outputOf(model: layers.LayersModel, shape: readonly number[]): Promise<Float32Array> {
  const x = tf.tensor(
    formula(
      'input',
      shape.reduce((product, size) => product * size, 1),
    ),
    [...shape],
  );
  const [output] = predict(networkOf(model), [x]);
  if (output === undefined) throw new Error('no output');
  const values = Float32Array.from(await output.data());
  tf.dispose([x, output]);
  return values;
}

function nested(): layers.LayersModel {
  const inner = layers.sequential({ name: 'backbone' });
  inner.add(layers.layers.conv2d({ inputShape: [6, 5, 3], filters: 4, kernelSize: 3, name: 'conv' }));
  inner.add(layers.layers.reLU({ maxValue: 6, name: 'relu' }));
  const model = layers.sequential({ name: 'whole' });
  model.add(inner);
  model.add(layers.layers.globalAveragePooling2d({ name: 'pool' }));
  model.add(layers.layers.leakyReLU({ alpha: 0.2, name: 'leaky' }));
  model.add(layers.layers.dense({ units: 2, activation: 'softmax', name: 'head' }));
  return model;
}

describe('exported Keras files', () => {
  it.each<[string, () => layers.LayersModel, number[]]>([
    ['seed-cnn', () => seedCnn({ seed: 1, classes: 3 }), [2, 28, 28, 1]],
    ['mobilenet-v1', () => mobilenetV1({ seed: 1, alpha: 0.25, inputShape: [64, 64, 3], classes: 3 }), [1, 64, 64, 3]],
    ['mobilenet-v2', () => mobilenetV2({ seed: 1, alpha: 0.35, inputShape: [64, 64, 3], classes: 3 }), [1, 64, 64, 3]],
    ['a nested model, flat', nested, [2, 6, 5, 3]],
  ])('%s come back with the same outputs, bit for bit', async (_name, make, shape) => {
    const model = make();
    fillByFormula(networkOf(model));
    const expected = await outputOf(model, shape);
    for (const bytes of [await exportKeras(model), await exportKerasH5(model)]) {
      const back = await importKeras(bytes);
      expect(farthest(await outputOf(back.model, shape), expected)).toBe(0);
      back.model.dispose();
    }
    model.dispose();
  });

  it('are laid out as Keras lays them out', async () => {
    const model = nested();
    const parts = unzipSync(await exportKeras(model));
    expect(Object.keys(parts).sort()).toEqual(['config.json', 'metadata.json', 'model.weights.h5']);
    expect(JSON.parse(new TextDecoder().decode(parts['config.json']))).toMatchObject({
      module: 'keras.src.models.functional',
      class_name: 'Functional',
      config: {
        layers: [
          { class_name: 'InputLayer', config: { batch_shape: [null, 6, 5, 3] }, inbound_nodes: [] },
          { class_name: 'Conv2D', name: 'backbone_conv', config: { filters: 4, kernel_size: [3, 3] } },
          { class_name: 'ReLU', config: { max_value: 6 } },
          { class_name: 'GlobalAveragePooling2D' },
          { class_name: 'LeakyReLU', config: { negative_slope: 0.2 } },
          { class_name: 'Dense', config: { activation: 'softmax' } },
        ],
        output_layers: [['head', 0, 0]],
      },
    });
    const weights = await readH5(parts['model.weights.h5'] ?? new Uint8Array(), 'weights');
    expect(weights.keys('layers')).toEqual(
      expect.arrayContaining(['conv2d', 're_lu', 'global_average_pooling2d', 'leaky_re_lu', 'dense']),
    );
    expect(weights.array('layers/conv2d/vars/0')?.shape).toEqual([3, 3, 3, 4]);
    expect(weights.array('layers/dense/vars/1')?.shape).toEqual([2]);
    const file = await readH5(await exportKerasH5(model), 'h5');
    expect(file.texts('model_weights', 'layer_names')).toEqual([
      'backbone_conv',
      'backbone_relu',
      'pool',
      'leaky',
      'head',
    ]);
    expect(file.texts('model_weights/head', 'weight_names')).toEqual(['head/kernel', 'head/bias']);
    expect(file.array('model_weights/head/head/kernel')?.shape).toEqual([4, 2]);
  });

  it('number the layers of branches as tfjs does, whose order is a port of Keras’s', () => {
    const model = resnet({ depth: 18, seed: 1, inputShape: [32, 32, 3], classes: 3 });
    const ours = inKerasOrder(networkOf(model)).map(({ layer }) => layer.name);
    expect(ours).toEqual(model.layers.filter((layer) => layer.getClassName() !== 'InputLayer').map(({ name }) => name));
    model.dispose();
  });

  it('are refused where Keras would compute something else', async () => {
    const sigmoid = layers.sequential({
      layers: [layers.layers.dense({ units: 2, inputShape: [3], activation: 'hardSigmoid', name: 'gate' })],
    });
    await expect(exportKeras(sigmoid)).rejects.toMatchObject({
      code: 'bad-input',
      message: expect.stringMatching(/"gate" \(Dense\).*hardSigmoid.*safetensors/s),
    });
    const memory = layers.sequential({
      layers: [layers.layers.lstm({ units: 2, inputShape: [3, 2], name: 'memory' })],
    });
    await expect(exportKerasH5(memory)).rejects.toMatchObject({
      code: 'bad-input',
      message: expect.stringContaining('LSTM'),
    });
  });
});

describe('exported safetensors', () => {
  it('hold every weight under its name, and what the model is for', async () => {
    const model = nested();
    fillByFormula(networkOf(model));
    const { arrays, metadata } = decodeSafetensors(
      await exportSafetensors(model, {
        target: { kind: 'classes', labels: ['ant', 'bee'] },
        preprocessing: { inputShape: [6, 5, 3], range: [-1, 1] },
      }),
      'exported',
    );
    expect([...arrays.keys()]).toEqual(['backbone/conv/kernel', 'backbone/conv/bias', 'head/kernel', 'head/bias']);
    expect(arrays.get('head/kernel')?.data).toEqual(
      formula('head/kernel', 8).map((value) => Math.fround(value * Math.sqrt(6 / 4))),
    );
    expect(metadata).toMatchObject({ format: 'tf', 'graft.name': 'whole' });
    expect(JSON.parse(metadata['graft.target'] ?? '')).toEqual({ kind: 'classes', labels: ['ant', 'bee'] });
  });
});
