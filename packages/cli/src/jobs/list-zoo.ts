import { zooEntries } from '@graft-ml/zoo';
import type { ListOptions } from '../options/common.js';
import type { Session } from '../context.js';
import { percent, toJson } from '../terminal/format.js';
import { table } from '../terminal/table.js';

/** `graft zoo list`; the cut marked by a star is the one that recipes use unless told otherwise. */
export function listZoo({ json }: ListOptions, { terminal }: Session): void {
  const entries = zooEntries();
  if (json === true) {
    terminal.result(toJson(entries));
    return;
  }
  terminal.result(
    table(
      ['name', 'source task', 'test accuracy', 'cuts', 'what it is', 'licence'],
      entries.map((entry) => [
        entry.name,
        entry.sourceTask ?? '–',
        entry.testAccuracy === undefined ? '–' : percent(entry.testAccuracy),
        entry.cuts.map(({ name }) => (name === entry.defaultCut ? `${name}*` : name)).join(' '),
        entry.summary,
        entry.licence,
      ]),
    ),
  );
}
