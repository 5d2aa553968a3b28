import {
  createRng,
  pixelScaleOf,
  saveBundle,
  TENSORFLOW_VERSION,
  type BundleFacts,
  type PixelScale,
} from '@graft-ml/core';
import { fileStore } from '@graft-ml/core/node';
import { stratifiedSubset, type Dataset } from '@graft-ml/datasets';
import type { RecipeOutcome } from '@graft-ml/recipes';
import { graftVersion } from '../version.js';

/** `range`, `mean`, `std` and `order` say how the bytes of an input become its numbers. */
export interface OutcomeFacts extends PixelScale {
  readonly provenance: Readonly<Record<string, unknown>>;
  /** The trunk whose features the model takes, where TensorFlow.js does not run it. */
  readonly trunk?: BundleFacts['trunk'];
}

/** Save an adapted model as a bundle with its labels, preprocessing, freeze plan, provenance and versions. */
export async function saveOutcome(
  folder: string,
  { model, frozen }: RecipeOutcome,
  data: Dataset,
  facts: OutcomeFacts,
): Promise<void> {
  const [inputShape] = data.inputShapes;
  await saveBundle(fileStore(folder), model, {
    target: data.target,
    ...(inputShape === undefined ? {} : { preprocessing: { inputShape, ...pixelScaleOf(facts) } }),
    ...(facts.trunk === undefined ? {} : { trunk: facts.trunk }),
    frozen: [...frozen],
    provenance: {
      ...facts.provenance,
      versions: { graft: graftVersion(), tfjs: TENSORFLOW_VERSION, node: process.version },
    },
  });
}

/** The labels that `graft compare` draws for this seed, so that a run of `graft train` can be set against its table. */
export function withLabels(train: Dataset, count: number | 'all', seed: number): Dataset {
  return count === 'all' || count >= train.size
    ? train
    : stratifiedSubset(train, count, createRng(seed).fork('labels'));
}
