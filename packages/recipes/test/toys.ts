import { createRng, networkOf } from '@graft-ml/core';
import { arrayDataset, type Dataset } from '@graft-ml/datasets';
import * as layers from '@tensorflow/tfjs-layers';
import type { RecipeTask } from '../src/index.js';

/** Pictures of 6×6 with a bright row or column: which of the six decides the class, modulo three. */
export function stripes(name: string, size: number, seed: number): Dataset {
  const rng = createRng(seed).fork(name);
  const data = new Uint8Array(size * 36);
  const targets = new Int32Array(size);
  for (let index = 0; index < size; index++) {
    const stripe = rng.int(6);
    targets[index] = stripe % 3;
    for (let pixel = 0; pixel < 36; pixel++) {
      const on = Math.floor(pixel / 6) === stripe;
      data[index * 36 + pixel] = (on ? 180 : 0) + rng.int(70);
    }
  }
  return arrayDataset({
    name,
    inputs: [{ data, shape: [6, 6, 1] }],
    targets,
    target: { kind: 'classes', labels: ['a', 'b', 'c'] },
  });
}

export function sourceModel(options: { readonly norm?: boolean } = {}): layers.LayersModel {
  const initializer = (seed: number): ReturnType<typeof layers.initializers.glorotUniform> =>
    layers.initializers.glorotUniform({ seed });
  return layers.sequential({
    layers: [
      layers.layers.conv2d({
        filters: 3,
        kernelSize: 3,
        activation: 'relu',
        inputShape: [6, 6, 1],
        name: 'conv1',
        kernelInitializer: initializer(1),
      }),
      ...(options.norm === true ? [layers.layers.batchNormalization({ name: 'norm' })] : []),
      layers.layers.flatten({ name: 'flatten' }),
      layers.layers.dense({ units: 8, activation: 'relu', name: 'dense1', kernelInitializer: initializer(2) }),
      layers.layers.dense({ units: 4, activation: 'softmax', name: 'head', kernelInitializer: initializer(3) }),
    ],
  });
}

export async function weightsOf(model: layers.LayersModel): Promise<Map<string, readonly number[]>> {
  const entries = networkOf(model).weights.map(
    async ({ name, variable }) => [name, [...(await variable.data())]] as const,
  );
  return new Map(await Promise.all(entries));
}

export function task(source: layers.LayersModel): RecipeTask {
  return {
    source,
    train: stripes('train', 24, 1),
    seed: 3,
    budget: { steps: 6, batchSize: 8, learningRate: 0.01 },
    defaultCut: 'flatten',
  };
}
