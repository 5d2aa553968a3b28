import { stat } from 'node:fs/promises';
import { GraftError } from '@graft-ml/core';
import { dataEntry, type Dataset } from '@graft-ml/datasets';
import { listPhotos, loadPhotos } from '../photos/load-photos.js';
import type { Session } from '../context.js';
import type { DataOptions } from '../options/common.js';
import { dataNames, inFormOf, loadNamed, type NamedData } from './named-data.js';
import type { Source } from './source.js';

/** What a comparison transfers to, found but not loaded. */
export interface TargetPlan {
  readonly name: string;
  /** How many training examples there are at most, found out without a source. */
  atMost(): Promise<number>;
  /** Its examples in the form that a source takes. @throws GraftError `bad-input` when it cannot be had in that form */
  load(source: Source): Promise<{ readonly train: Dataset; readonly test: Dataset }>;
}

/** Which pictures test is the same for every seed of a comparison. */
const SPLIT_SEED = 0;

/**
 * What a target's name stands for: a data set, or a folder of pictures, which every source gets in its own size.
 *
 * @throws GraftError `not-found`, with near names; `bad-input` for a folder that cannot be trained on
 */
export async function planTarget(name: string, options: DataOptions, session: Session): Promise<TargetPlan> {
  const found = dataNames().includes(name) ? undefined : await stat(name).catch(() => undefined);
  if (found !== undefined) {
    const list = await listPhotos(name, session);
    if (list.target.kind !== 'classes') {
      throw new GraftError({
        code: 'bad-input',
        what: `The labels in ${name} are numbers with decimals.`,
        expected: 'graft compare sets recipes against each other by how many classes they tell right.',
        remedy: 'graft train learns to tell numbers.',
      });
    }
    return {
      name: list.name,
      atMost: () => Promise.resolve(list.items.length),
      load: ({ form }) => loadPhotos(list, form, { seed: SPLIT_SEED }, session),
    };
  }
  dataEntry(name);
  let loaded: NamedData | undefined;
  const data = async (): Promise<NamedData> => (loaded ??= await loadNamed(name, options, session));
  return {
    name,
    atMost: async () => (await data()).train.size,
    load: async (source) => inFormOf(source, name, await data()),
  };
}
