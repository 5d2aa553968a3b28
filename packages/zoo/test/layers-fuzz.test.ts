import { beforeAll, describe, it } from 'vitest';
import * as layers from '@tensorflow/tfjs-layers';
import { wasm } from '@graft-ml/backend-wasm';
import { encodeSafetensors, memoryStore, saveBundle, useBackend, type Store } from '@graft-ml/core';
import { importLayersModel, loadTorchWeights } from '../src/index.js';
import { withstands } from './mutate.js';

beforeAll(async () => {
  await useBackend(wasm());
});

/** A small model in a store, functional and with branches, without the manifest that would tell of any damage. */
async function plainModel(): Promise<Store> {
  const input = layers.input({ shape: [6, 6, 3], name: 'x' });
  const conv = layers.layers.conv2d({ filters: 4, kernelSize: 3, padding: 'same', name: 'conv' }).apply(input);
  const norm = layers.layers.batchNormalization({ name: 'norm' }).apply(conv);
  const pooled = layers.layers.globalAveragePooling2d({ name: 'pool' }).apply(norm);
  const output = layers.layers.dense({ units: 2, activation: 'softmax', name: 'head' }).apply(pooled);
  if (!(output instanceof layers.SymbolicTensor)) throw new Error('a symbolic tensor was expected');
  const store = memoryStore('whole');
  await saveBundle(store, layers.model({ inputs: input, outputs: output }));
  await store.remove('graft.json');
  return store;
}

describe('damaged files are read or refused, and never crash, hang or blow up', () => {
  it('model.json', { timeout: 900_000 }, async () => {
    const store = await plainModel();
    const json = await store.read('model.json');
    const shard = /weights-[\w-]+\.bin/.exec(new TextDecoder().decode(json))?.[0] ?? '';
    const weights = await store.read(shard);
    await withstands('model.json', [json], async (bytes) => {
      const damaged = memoryStore('damaged');
      await damaged.write('model.json', bytes);
      await damaged.write(shard, weights);
      (await importLayersModel(damaged)).model.dispose();
    });
  });

  it('metadata.json', { timeout: 900_000 }, async () => {
    const store = await plainModel();
    const metadata = new TextEncoder().encode(
      JSON.stringify({ packageName: '@teachablemachine/image', labels: ['a', 'b'], modelName: 'm' }),
    );
    await withstands('metadata.json', [metadata], async (bytes) => {
      await store.write('metadata.json', bytes);
      (await importLayersModel(store)).model.dispose();
    });
  });

  it('safetensors', { timeout: 900_000 }, async () => {
    const model = layers.sequential({ layers: [layers.layers.dense({ units: 3, inputShape: [4], name: 'fc' })] });
    const file = encodeSafetensors(
      new Map([
        ['fc.weight', { shape: [3, 4], data: new Float32Array(12) }],
        ['fc.bias', { shape: [3], data: new Float32Array(3) }],
      ]),
      { format: 'pt' },
    );
    await withstands('safetensors', [file], async (bytes) => {
      await Promise.resolve();
      loadTorchWeights(model, bytes);
    });
  });
});
