import { memoryStore, networkOf, type Network, type Store } from '@graft-ml/core';
import * as layers from '@tensorflow/tfjs-layers';
import type { Dataset } from '../src/index.js';
import { arrayDataset } from '../src/index.js';

/** `size` examples of shape [2]: example i holds [i, −i] and has class i mod `classes`. */
export function toy(size: number, classes = 3, name = 'toy'): Dataset {
  return arrayDataset({
    name,
    inputs: [
      { data: Float32Array.from({ length: 2 * size }, (_, at) => (at % 2 === 0 ? at / 2 : -(at - 1) / 2)), shape: [2] },
    ],
    targets: Int32Array.from({ length: size }, (_, at) => at % classes),
    target: { kind: 'classes', labels: Array.from({ length: classes }, (_, at) => `class ${at}`) },
  });
}

/** The first number of each example of a batch: for toys, its number in the toy. */
export async function firsts(dataset: Dataset, indices: ArrayLike<number>): Promise<number[]> {
  const batch = await dataset.batch(indices);
  const [input] = batch.inputs;
  const values = [...((await input?.data()) ?? [])];
  const width = (input?.size ?? 0) / Math.max(1, input?.shape[0] ?? 1);
  for (const each of [...batch.inputs, batch.targets]) each.dispose();
  return values.filter((_, at) => at % width === 0);
}

/** 0 … size−1. */
export function upTo(size: number): number[] {
  return Array.from({ length: size }, (_, at) => at);
}

/** A trunk for toys: one dense layer with tanh. */
export function toyTrunk(units = 3, name = 'features', seed = 1): Network {
  const init = layers.initializers.glorotUniform({ seed });
  return networkOf(
    layers.sequential({
      layers: [layers.layers.dense({ units, inputShape: [2], activation: 'tanh', name, kernelInitializer: init })],
    }),
  );
}

/** All numbers of a dataset's inputs, or of those examples. */
export async function inputsOf(dataset: Dataset, indices: ArrayLike<number> = upTo(dataset.size)): Promise<number[][]> {
  const batch = await dataset.batch(indices);
  const values = await Promise.all(batch.inputs.map(async (input) => [...(await input.data())]));
  for (const each of [...batch.inputs, batch.targets]) each.dispose();
  return values;
}

export interface WatchedStore extends Store {
  readonly written: string[];
  readonly reads: string[];
  /** Bytes read in ranges. */
  rangeBytes: number;
  /** The shards that were written, in order. */
  shards(): string[];
}

/** A store (default: in memory) that counts what passes through it. */
export function watchedStore(inner: Store = memoryStore()): WatchedStore {
  const written: string[] = [];
  const reads: string[] = [];
  const watched: WatchedStore = {
    ...inner,
    written,
    reads,
    rangeBytes: 0,
    shards: () => written.filter((name) => name.endsWith('.safetensors')),
    read(name) {
      reads.push(name);
      return inner.read(name);
    },
    readRanges(name, ranges) {
      for (const { begin, end } of ranges) watched.rangeBytes += end - begin;
      return inner.readRanges(name, ranges);
    },
    async write(name, bytes) {
      await inner.write(name, bytes);
      written.push(name);
    },
  };
  return watched;
}
