import * as layers from '@tensorflow/tfjs-layers';
import { useBackend, type Backend, type Network } from '@graft-ml/core';
import { assertIdentical, sameOnBoth } from './both.js';
import type { Check } from './check.js';
import { smallNet, trained } from './small-net.js';

/** Layers that behave otherwise in training: batch normalisation, frozen and not, and noise under a seed. */
export function layerChecks(backend: Backend): Check[] {
  const batchNorm = (): layers.LayersModel =>
    smallNet([layers.layers.batchNormalization({ name: 'bn' }), layers.layers.reLU({ name: 'relu' })]);
  const ofBatchNorm = ({ weights }: Network): ReadonlySet<string> =>
    new Set(weights.map(({ name }) => name).filter((name) => name.startsWith('bn/')));
  const noisy = (): layers.LayersModel =>
    smallNet([
      layers.layers.gaussianNoise({ stddev: 0.1, name: 'noise' }),
      layers.layers.dropout({ rate: 0.4, name: 'dropout' }),
    ]);
  return [
    {
      name: 'batch normalisation trains and moves its statistics as on cpu',
      async run() {
        const { weights } = await sameOnBoth(backend, () => trained(batchNorm()));
        if (weights['bn/moving_mean']?.every((value) => value === 0) !== false) {
          throw new Error('The moving mean did not move.');
        }
      },
    },
    {
      name: 'frozen batch normalisation stays as it is',
      async run() {
        const { weights } = await sameOnBoth(backend, () => trained(batchNorm(), ofBatchNorm));
        for (const [name, start] of [
          ['moving_mean', 0],
          ['moving_variance', 1],
          ['gamma', 1],
          ['beta', 0],
        ] as const) {
          if (weights[`bn/${name}`]?.every((value) => value === start) !== true) {
            throw new Error(`The frozen ${name} is [${weights[`bn/${name}`]?.join(', ')}].`);
          }
        }
      },
    },
    {
      name: 'noise depends on the seed alone, not on the engine',
      async run() {
        const first = await sameOnBoth(backend, () => trained(noisy()));
        await useBackend(backend);
        assertIdentical(await trained(noisy()), first);
      },
    },
  ];
}
