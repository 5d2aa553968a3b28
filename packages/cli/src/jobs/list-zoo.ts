import { isVerified, zooEntries, type ZooEntry } from '@graft-ml/zoo';
import type { ListOptions } from '../options/common.js';
import type { Session } from '../context.js';
import { percent, toJson } from '../terminal/format.js';
import { table } from '../terminal/table.js';

/** `graft zoo list`; the cut marked by a star is the one that recipes use unless told otherwise. */
export function listZoo({ json }: ListOptions, { terminal }: Session): void {
  const entries = zooEntries();
  if (json === true) {
    terminal.result(toJson(entries.map((entry) => ({ ...entry, weights: weightsIn(entry) }))));
    return;
  }
  terminal.result(
    table(
      ['name', 'source task', 'test accuracy', 'weights', 'cuts', 'what it is', 'licence'],
      entries.map((entry) => [
        entry.name,
        entry.sourceTask ?? '–',
        entry.testAccuracy === undefined ? '–' : percent(entry.testAccuracy),
        weightsIn(entry),
        entry.cuts.map(({ name }) => (name === entry.defaultCut ? `${name}*` : name)).join(' '),
        entry.summary,
        entry.licence,
      ]),
    ),
  );
  terminal.note(
    'unverified: nobody here has checked these weights; they are pinned when they are first fetched, and anything else is refused later.',
  );
}

/** How an entry's weights are known: `shipped`, `pinned` by sha256, `unverified`, or – for an architecture – none. */
export function weightsIn({ embedded, published }: ZooEntry): string {
  if (published === undefined) return embedded ? 'shipped' : '–';
  return isVerified(published) ? 'pinned' : 'unverified';
}
