import { dataEntries, type Dataset } from '@graft-ml/datasets';
import { loadData } from '@graft-ml/datasets/node';
import type { Session } from '../context.js';
import type { DataOptions } from '../options/common.js';

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
