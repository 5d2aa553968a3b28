import { dataEntries, type DatasetEntry } from '@graft-ml/datasets';
import type { ListOptions } from '../options/common.js';
import type { Session } from '../context.js';
import { toJson } from '../terminal/format.js';
import { table } from '../terminal/table.js';

/** `graft data list`. */
export function listData({ json }: ListOptions, { terminal }: Session): void {
  const entries = dataEntries();
  if (json === true) {
    terminal.result(toJson(entries));
    return;
  }
  const megabytes = (entry: DatasetEntry): string =>
    entry.embedded ? 'drawn here' : `${(entry.files.reduce((sum, file) => sum + file.bytes, 0) / 1e6).toFixed(1)} MB`;
  terminal.result(
    table(
      ['name', 'examples', 'example', 'classes', 'download', 'what it is', 'licence'],
      entries.map((entry) => [
        entry.name,
        `${entry.examples.train} + ${entry.examples.test}`,
        entry.inputShape.join('×'),
        String(entry.labels.length),
        megabytes(entry),
        entry.summary,
        entry.licence,
      ]),
    ),
  );
}
