import { didYouMean, GraftError } from '@graft-ml/core';
import type { DatasetEntry } from './entry.js';
import { fashionMnist } from './fashion-mnist.js';
import { mnist } from './mnist.js';
import { sketchesSource, sketchesTarget } from './sketches.js';

const ENTRIES: readonly DatasetEntry[] = [mnist, fashionMnist, sketchesSource, sketchesTarget];

/** All data sets that have a name. */
export function dataEntries(): readonly DatasetEntry[] {
  return ENTRIES;
}

/**
 * The data set of that name.
 *
 * @throws GraftError `not-found`, with near names
 */
export function dataEntry(name: string): DatasetEntry {
  const entry = ENTRIES.find((each) => each.name === name);
  if (entry !== undefined) return entry;
  throw new GraftError({
    code: 'not-found',
    what: `There is no data set "${name}".`,
    remedy: didYouMean(
      name,
      ENTRIES.map((each) => each.name),
    ),
  });
}
