import { GraftError } from '@graft-ml/core';
import { dataFolder, findPinnedFile } from '@graft-ml/core/node';
import { dataEntry, type DatasetEntry } from '@graft-ml/datasets';
import type { Session } from '../context.js';
import { EXIT } from '../exit-codes.js';
import type { DataOptions, ListOptions } from '../options/common.js';
import { toJson } from '../terminal/format.js';
import { table } from '../terminal/table.js';

/** `graft data show`: everything that is known of a data set. */
export function showData(name: string, { json }: ListOptions, { terminal }: Session): void {
  const entry = dataEntry(name);
  if (json === true) {
    terminal.result(toJson(entry));
    return;
  }
  const facts = [
    ['examples', `${entry.examples.train} to train on, ${entry.examples.test} to test on`],
    ['example', `${entry.inputShape.join('×')} in [${entry.range.join(', ')}]`],
    ['classes', entry.labels.join(', ')],
    ['licence', entry.licence],
    ['homepage', entry.homepage],
    ['cite as', entry.citation],
    ...entry.files.map((file) => [file.name, `${(file.bytes / 1e6).toFixed(1)} MB, sha256 ${file.sha256}`]),
  ];
  terminal.result(table([entry.name, entry.summary], facts));
}

/** Where a file was found, or why it cannot be used. */
interface FileState {
  readonly name: string;
  readonly place?: 'data-dir' | 'cache' | 'web';
  readonly path?: string;
  readonly problem?: string;
}

/**
 * `graft data fetch` and `graft data verify`: look at every file of a data set, in the data folder and the cache, and check
 * its sha256; `fetch` gets what is missing from the web.
 *
 * @returns the exit code: failed when a file is missing or damaged
 */
export async function checkData(
  name: string,
  options: DataOptions & ListOptions & { readonly fetch: boolean },
  { terminal, signal }: Session,
): Promise<number> {
  const entry = dataEntry(name);
  const dataDir = await dataFolder(options.dataDir ?? process.env['GRAFT_DATA_DIR']);
  const states: FileState[] = [];
  for (const file of entry.files) {
    try {
      const offline = !options.fetch || options.offline === true;
      const { place, path } = await findPinnedFile(entry.name, file, {
        dataDir,
        offline,
        signal,
        onProgress: (progress) => terminal.progress(progress),
      });
      states.push({ name: file.name, place, path });
    } catch (thrown) {
      if (!(thrown instanceof GraftError) || !['unavailable', 'corrupt'].includes(thrown.code)) throw thrown;
      states.push({ name: file.name, problem: thrown.message });
    }
  }
  terminal.result(options.json === true ? toJson(states) : describe(entry, states));
  return states.some(({ problem }) => problem !== undefined) ? EXIT.failed : EXIT.done;
}

function describe(entry: DatasetEntry, states: readonly FileState[]): string {
  if (entry.embedded) return `${entry.name} is drawn by Graft: it has no files.`;
  return states
    .map(({ name, path, problem }) => (problem === undefined ? `${name}: sound, at ${path}` : `${name}: ${problem}`))
    .join('\n');
}
