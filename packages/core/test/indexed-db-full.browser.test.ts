import * as layers from '@tensorflow/tfjs-layers';
import { cpu } from '@graft-ml/backend-cpu';
import { cdp } from 'vitest/browser';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { indexedDbStore, loadBundle, removeIndexedDbFolder, saveBundle, useBackend } from '../src/index.js';

const { origin } = globalThis.location;

beforeAll(async () => {
  await useBackend(cpu());
  // Chromium asks once how much room there is, and again when nobody has used the database for two seconds.
  await new Promise((resolve) => setTimeout(resolve, 3000));
  const { usage = 0 } = await navigator.storage.estimate();
  await cdp().send('Storage.overrideQuotaForOrigin', { origin, quotaSize: usage + 200_000 });
});

afterAll(async () => {
  await cdp().send('Storage.overrideQuotaForOrigin', { origin });
  await removeIndexedDbFolder('models/kept');
});

function model(units: number): layers.LayersModel {
  return layers.sequential({ layers: [layers.layers.dense({ units, inputShape: [3], kernelInitializer: 'ones' })] });
}

test('no space left: said so, and nothing lost', async () => {
  const store = indexedDbStore('models/kept');
  await saveBundle(store, model(2));
  // 480 kB.
  const big = model(30_000);
  await expect(saveBundle(store, big)).rejects.toMatchObject({
    code: 'storage',
    what: expect.stringMatching(
      /no space left for indexeddb:models\/kept\/weights.*: this site keeps 0\.\d MB already\.$/,
    ),
    expected: 'What was stored before is unchanged.',
    remedy: expect.stringContaining('download this one as a file'),
  });
  big.dispose();
  expect((await loadBundle(store)).model.countParams()).toBe(8);
});
