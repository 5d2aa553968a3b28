import * as layers from '@tensorflow/tfjs-layers';
import { cpu } from '@graft-ml/backend-cpu';
import { beforeAll, expect, test } from 'vitest';
import {
  indexedDbFolders,
  indexedDbStore,
  loadBundle,
  removeIndexedDbFolder,
  saveBundle,
  useBackend,
} from '../src/index.js';

beforeAll(async () => {
  await useBackend(cpu());
});

function model(units: number): layers.LayersModel {
  return layers.sequential({ layers: [layers.layers.dense({ units, inputShape: [3], kernelInitializer: 'ones' })] });
}

test('keeps files under names, and bundles', async () => {
  const store = indexedDbStore('models/first');
  await store.write('a/b.bin', new Uint8Array([1, 2, 3]).subarray(1));
  expect([...(await store.read('a/b.bin'))]).toEqual([2, 3]);
  expect(await store.has('a/b.bin')).toBe(true);
  expect(await indexedDbStore('models').has('a/b.bin')).toBe(false);
  await expect(store.read('nothing')).rejects.toMatchObject({ code: 'not-found' });
  await expect(store.write('../x', new Uint8Array())).rejects.toMatchObject({ code: 'bad-input' });
  await store.remove('a/b.bin');
  expect(await store.has('a/b.bin')).toBe(false);

  await saveBundle(store, model(2));
  expect((await loadBundle(indexedDbStore('models/first'))).model.countParams()).toBe(8);
  await indexedDbStore('other').write('x', new Uint8Array(1));
  expect(await indexedDbFolders()).toEqual(['models/first', 'other']);
  await removeIndexedDbFolder('models/first');
  expect(await indexedDbFolders()).toEqual(['other']);
});
