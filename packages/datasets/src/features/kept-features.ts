import { GraftError, type Store } from '@graft-ml/core';
import { arrayDataset } from '../array-dataset.js';
import type { Dataset } from '../dataset.js';
import { targetWidth, volume } from '../internal/checks.js';
import type { FeatureLayout, Shard } from './feature-layout.js';
import { storedFeatures } from './stored-features.js';

/** What is kept of the shards as they come: all of them in memory, or only the classes. */
export class KeptFeatures {
  readonly #layout: FeatureLayout;
  readonly #outputs: Float32Array<ArrayBuffer>[] | undefined;
  readonly #targets: Int32Array<ArrayBuffer> | Float32Array<ArrayBuffer> | undefined;

  constructor(layout: FeatureLayout, inMemory: boolean) {
    const { size, shapes, target } = layout;
    this.#layout = layout;
    if (inMemory) this.#outputs = shapes.map((shape) => new Float32Array(size * volume(shape)));
    if (target.kind === 'classes') this.#targets = new Int32Array(size);
    else if (inMemory) this.#targets = new Float32Array(size * targetWidth(target));
  }

  take(shard: number, { outputs, targets }: Shard): void {
    const { rowsPerShard, shapes, target } = this.#layout;
    const first = shard * rowsPerShard;
    for (const [at, output] of outputs.entries()) this.#outputs?.[at]?.set(output, first * volume(shapes[at] ?? []));
    this.#targets?.set(targets, first * targetWidth(target));
  }

  dataset(about: Pick<Dataset, 'name' | 'fingerprint'>, store: Store | undefined): Dataset {
    const targets = this.#targets;
    if (this.#outputs !== undefined && targets !== undefined) {
      const { shapes, target } = this.#layout;
      const inputs = this.#outputs.map((data, at) => ({ data, shape: shapes[at] ?? [] }));
      return arrayDataset({ ...about, inputs, targets, target });
    }
    if (store === undefined) throw new GraftError({ code: 'internal', what: 'Features are neither held nor stored.' });
    const classes = targets instanceof Int32Array ? { classes: targets } : {};
    return storedFeatures({ ...about, ...classes }, this.#layout, store);
  }
}
