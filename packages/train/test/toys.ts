import * as tf from '@tensorflow/tfjs-core';
import * as layers from '@tensorflow/tfjs-layers';
import { createRng, networkOf, sha256OfText, type Network, type TargetSpec } from '@graft-ml/core';
import type { Batch, Dataset } from '@graft-ml/datasets';

export interface Toy {
  readonly inputs: readonly (readonly number[])[];
  readonly shape: readonly number[];
  readonly targets: readonly (number | readonly number[])[];
  readonly target: TargetSpec;
  readonly name?: string;
  /** Leave `classes` out, as a dataset does that does not know its labels beforehand. */
  readonly blind?: boolean;
}

/** A dataset over plain arrays, so that these tests need nothing but the interface. */
export function toyDataset(toy: Toy): Dataset {
  const { inputs, shape, targets, target, name = 'toy' } = toy;
  const isClasses = target.kind === 'classes';
  return {
    name,
    size: inputs.length,
    inputShapes: [shape],
    target,
    fingerprint: () => sha256OfText(JSON.stringify({ inputs, targets })),
    batch: (indices): Promise<Batch> => {
      const picked = Array.from(indices);
      const rows = picked.map((index) => targets[index] ?? 0);
      return Promise.resolve({
        inputs: [
          tf.tensor(Float32Array.from(picked.flatMap((index) => [...(inputs[index] ?? [])])), [
            picked.length,
            ...shape,
          ]),
        ],
        targets: isClasses
          ? tf.tensor1d(Int32Array.from(rows.map(Number)), 'int32')
          : tf.tensor2d(Float32Array.from(rows.flat()), [picked.length, rows.flat().length / picked.length]),
        indices: Int32Array.from(picked),
      });
    },
    ...(isClasses && toy.blind !== true ? { classes: Int32Array.from(targets.map(Number)) } : {}),
  };
}

/** Three noisy clusters in the plane: learnt in a few dozen steps, never in one. */
export function clusters(
  examples: number,
  seed: number,
  options: { readonly name?: string; readonly blind?: boolean } = {},
): Dataset {
  const rng = createRng(seed).fork('clusters');
  const centres = [
    [1, 0],
    [-0.5, 0.9],
    [-0.5, -0.9],
  ];
  const targets = Array.from({ length: examples }, (_, index) => index % 3);
  const inputs = targets.map((label) => (centres[label] ?? []).map((coordinate) => coordinate + 0.25 * rng.normal()));
  return toyDataset({ inputs, shape: [2], targets, target: { kind: 'classes', labels: ['a', 'b', 'c'] }, ...options });
}

/** Dense 2 → 8 (relu) → [BatchNorm → Dropout] → 3 (softmax), with seeded weights. */
export function toyModel(
  options: { readonly seed?: number; readonly noise?: boolean; readonly hidden?: number } = {},
): layers.LayersModel {
  const { seed = 1, noise = false, hidden = 8 } = options;
  const initializer = (at: number) => layers.initializers.glorotUniform({ seed: seed * 10 + at });
  return layers.sequential({
    layers: [
      layers.layers.dense({
        units: hidden,
        inputShape: [2],
        activation: 'relu',
        name: 'hidden',
        kernelInitializer: initializer(1),
      }),
      ...(noise
        ? [layers.layers.batchNormalization({ name: 'norm' }), layers.layers.dropout({ rate: 0.2, name: 'dropout' })]
        : []),
      layers.layers.dense({ units: 3, activation: 'softmax', name: 'head', kernelInitializer: initializer(2) }),
    ],
  });
}

export function toyNetwork(options: Parameters<typeof toyModel>[0] = {}): Network {
  return networkOf(toyModel(options));
}

/** All of a network's numbers, by weight. */
export async function weightsOf(network: Network): Promise<Record<string, number[]>> {
  const read = await Promise.all(
    network.weights.map(async ({ name, variable }) => [name, Array.from(await variable.data())] as const),
  );
  return Object.fromEntries(read);
}
