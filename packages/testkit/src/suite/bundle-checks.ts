import { cpu } from '@graft-ml/backend-cpu';
import {
  loadBundle,
  memoryStore,
  networkOf,
  predict,
  saveBundle,
  useBackend,
  withScope,
  type Backend,
  type BundleManifest,
  type Store,
} from '@graft-ml/core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import * as layers from '@tensorflow/tfjs-layers';
import type { Check } from './check.js';
import { smallData, smallNet } from './small-net.js';

/** Bundles go from one engine to another: the same bytes, and the same answers within rounding. */
export function bundleChecks(backend: Backend): Check[] {
  return [
    { name: 'a bundle saved here opens on cpu', run: () => checkMove(backend, cpu()) },
    { name: 'a bundle saved on cpu opens here', run: () => checkMove(cpu(), backend) },
  ];
}

async function checkMove(from: Backend, to: Backend): Promise<void> {
  const store = memoryStore();
  await useBackend(from);
  const model = smallNet([layers.layers.batchNormalization({ name: 'bn' })]);
  const expected = await answersOf(model);
  const saved = await saveAndDispose(store, model);
  await useBackend(to);
  const loaded = await loadBundle(store);
  const found = await answersOf(loaded.model);
  const again = await saveAndDispose(memoryStore(), loaded.model);
  for (const [at, value] of expected.entries()) {
    if (!(Math.abs((found[at] ?? Number.NaN) - value) <= 1e-5)) {
      throw new Error(`Answer ${at} is ${found[at]}; ${value} was expected.`);
    }
  }
  if (shardsOf(again) !== shardsOf(saved)) throw new Error('The weights saved again are not the same bytes.');
}

async function saveAndDispose(store: Store, model: LayersModel): Promise<BundleManifest> {
  const manifest = await saveBundle(store, model);
  model.dispose();
  return manifest;
}

/** Shards are named by the sha256 of their bytes. */
function shardsOf({ files }: BundleManifest): string {
  return Object.keys(files)
    .filter((name) => name.startsWith('weights-'))
    .join();
}

async function answersOf(model: LayersModel): Promise<readonly number[]> {
  return withScope(async (scope) => {
    const batch = await smallData(4, 8).batch([0, 1, 2, 3]);
    for (const tensor of [...batch.inputs, batch.targets]) scope.own(tensor);
    const [output] = predict(networkOf(model), batch.inputs).map((tensor) => scope.own(tensor));
    return [...((await output?.data()) ?? [])];
  });
}
