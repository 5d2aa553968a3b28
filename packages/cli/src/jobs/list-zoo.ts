import { isVerified, zooEntries, type ZooEntry } from '@graft-ml/zoo';
import type { ListOptions } from '../options/common.js';
import type { Session } from '../context.js';
import { percent, toJson } from '../terminal/format.js';
import { table } from '../terminal/table.js';

/** `graft zoo list`; what does not fit a line is left to `graft zoo show`. */
export function listZoo({ json }: ListOptions, { terminal }: Session): void {
  const entries = zooEntries();
  if (json === true) {
    terminal.result(toJson(entries.map((entry) => ({ ...entry, weights: weightsIn(entry) }))));
    return;
  }
  terminal.result(
    table(
      ['name', 'source task', 'accuracy', 'input', 'weights', 'what it is'],
      entries.map((entry) => [
        entry.name,
        entry.sourceTask ?? '–',
        entry.testAccuracy === undefined ? '–' : percent(entry.testAccuracy),
        entry.inputShape.join('×'),
        weightsIn(entry),
        entry.summary,
      ]),
    ),
  );
  terminal.note(
    'graft zoo show <name> gives cuts, stages, licence and more. unverified: nobody here has checked these weights; they are pinned when they are first fetched, and anything else is refused later.',
  );
}

/** How an entry's weights are known: `shipped`, `pinned` by sha256, `unverified`, or – for an architecture – none. */
export function weightsIn({ embedded, published }: ZooEntry): string {
  if (published === undefined) return embedded ? 'shipped' : '–';
  return isVerified(published) ? 'pinned' : 'unverified';
}
