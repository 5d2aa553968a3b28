import { fileURLToPath } from 'node:url';
import { fileStore } from '@graft-ml/core/node';
import { loadPretrainedFrom, pinnedSha256, type Pretrained } from '../load-pretrained.js';
import { zooEntry } from '../registry.js';

export interface LoadPretrainedOptions {
  /** A folder that holds the bundle, instead of the one that ships with this package. */
  readonly folder?: string;
}

/**
 * Load a pretrained entry of the zoo from the weights that ship with this package. Works offline.
 *
 * @param name for example `seed-cnn/mnist`
 * @throws GraftError as `loadPretrainedFrom` does
 */
export async function loadPretrained(name: string, options: LoadPretrainedOptions = {}): Promise<Pretrained> {
  const entry = zooEntry(name);
  pinnedSha256(entry);
  const shipped = new URL(`../../weights/${entry.weightsFolder ?? name}/`, import.meta.url);
  return loadPretrainedFrom(fileStore(options.folder ?? fileURLToPath(shipped)), name);
}
