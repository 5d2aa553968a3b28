import { GraftError } from '@graft-ml/core';
import { dataEntries, type Dataset } from '@graft-ml/datasets';
import { loadData } from '@graft-ml/datasets/node';
import type { Session } from '../context.js';
import type { DataOptions } from '../options/common.js';
import { scaledData } from './scaled-data.js';
import type { Source } from './source.js';

export interface NamedData {
  readonly name: string;
  readonly train: Dataset;
  readonly test: Dataset;
}

/** The names that `loadNamed` knows. */
export function dataNames(): string[] {
  return dataEntries().map((entry) => entry.name);
}

/**
 * Load a data set by name, from the folder of downloads, the cache or the web, and say where it came from.
 *
 * @throws GraftError `not-found` with near names, `unavailable`, `corrupt`
 */
export async function loadNamed(
  name: string,
  { dataDir, offline }: DataOptions,
  { terminal, signal }: Session,
): Promise<NamedData> {
  const { train, test, source } = await loadData(name, {
    ...(dataDir === undefined ? {} : { dataDir }),
    ...(offline === undefined ? {} : { offline }),
    signal,
    onProgress: (progress) => terminal.progress(progress),
  });
  terminal.note(`data: ${name}, ${train.size} + ${test.size} examples (${source})`);
  return { name, train, test };
}

/**
 * A named data set as a source takes it.
 *
 * @throws GraftError `bad-input` when the source takes other shapes
 */
export function inFormOf<D extends Pick<NamedData, 'train' | 'test'>>(
  { name, form }: Source,
  data: string,
  sets: D,
): D {
  const inputShape = sets.train.inputShapes[0] ?? [];
  if (form.inputShape.join() === inputShape.join()) {
    return { ...sets, train: scaledData(sets.train, form), test: scaledData(sets.test, form) };
  }
  throw new GraftError({
    code: 'bad-input',
    what: `${name} takes inputs of shape [${form.inputShape.join(', ')}], and ${data} has [${inputShape.join(', ')}].`,
    expected: 'A source that takes the target’s examples was expected.',
    remedy: 'Folders of pictures are brought to each source’s size: give one instead.',
  });
}
