import * as layers from '@tensorflow/tfjs-layers';
import { createRng, networkOf, type Network } from '@graft-ml/core';
import { arrayDataset, type Dataset } from '@graft-ml/datasets';
import { fit, sgd } from '@graft-ml/train';
import type { TrainedNet } from '@graft-ml/parity';

const SIDE = 10;
export const CLASSES: readonly string[] = ['a', 'b', 'c'];

/** Random pictures [10, 10, 1] of three classes. */
export function smallData(examples: number, seed: number): Dataset {
  const rng = createRng(seed);
  return arrayDataset({
    name: 'small',
    inputs: [
      { data: Float32Array.from({ length: examples * SIDE * SIDE }, () => rng.normal()), shape: [SIDE, SIDE, 1] },
    ],
    targets: Int32Array.from({ length: examples }, () => rng.int(CLASSES.length)),
    target: { kind: 'classes', labels: [...CLASSES] },
  });
}

/** Convolution, the given layers, dense: for what a layer does in training. */
export function smallNet(middle: readonly layers.layers.Layer[]): layers.LayersModel {
  const kernelInitializer = (seed: number): ReturnType<typeof layers.initializers.glorotUniform> =>
    layers.initializers.glorotUniform({ seed });
  return layers.sequential({
    layers: [
      layers.layers.conv2d({
        filters: 4,
        kernelSize: 3,
        strides: 2,
        inputShape: [SIDE, SIDE, 1],
        name: 'conv',
        // Batch normalisation takes a bias away again: its gradient would be rounding, another one on each engine.
        useBias: false,
        kernelInitializer: kernelInitializer(1),
      }),
      ...middle,
      layers.layers.flatten({ name: 'flatten' }),
      layers.layers.dense({
        units: CLASSES.length,
        activation: 'softmax',
        name: 'head',
        kernelInitializer: kernelInitializer(2),
      }),
    ],
  });
}

/** Train for a few steps of plain SGD, then dispose of the model. */
export async function trained(
  model: layers.LayersModel,
  frozen: (network: Network) => ReadonlySet<string> = () => new Set(),
): Promise<TrainedNet> {
  try {
    const network = networkOf(model);
    const losses: number[] = [];
    const training = fit({
      network,
      data: smallData(12, 5),
      steps: 3,
      batchSize: 4,
      optimizer: sgd({ learningRate: 0.05, momentum: 0.9 }),
      frozen: frozen(network),
      seed: 4,
    });
    for await (const event of training) if (event.type === 'step') losses.push(event.loss);
    return { losses, weights: await weightsOf(network) };
  } finally {
    model.dispose();
  }
}

export async function weightsOf(network: Network): Promise<Record<string, readonly number[]>> {
  const weights: Record<string, readonly number[]> = {};
  for (const { name, variable } of network.weights) weights[name] = [...(await variable.data())];
  return weights;
}
