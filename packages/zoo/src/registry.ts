import { didYouMean, GraftError } from '@graft-ml/core';
import type { ZooEntry } from './entry.js';
import { efficientnetEntries } from './entries/efficientnet.js';
import { mobilenetV1ImagenetEntries } from './entries/mobilenet-v1-imagenet.js';
import { mobilenetV1Entries, mobilenetV1ImagenetEntry } from './entries/mobilenet-v1.js';
import { mobilenetV2Entries, mobilenetV2ImagenetEntries } from './entries/mobilenet-v2.js';
import { resnetEntries } from './entries/resnet.js';
import { seedCnnEntry, seedCnnMnistEntry } from './entries/seed-cnn.js';
import { smallCnnEntry } from './entries/small-cnn.js';

/** Named entries. A name stands for one thing: a second registration of it is refused, never an overwrite. */
export class ZooRegistry {
  readonly #entries = new Map<string, ZooEntry>();

  constructor(entries: readonly ZooEntry[] = []) {
    for (const entry of entries) this.register(entry);
  }

  /**
   * @throws GraftError `bad-input` for a name that is taken, or a default cut that is not among the cuts
   */
  register(entry: ZooEntry): void {
    if (this.#entries.has(entry.name)) {
      throw new GraftError({
        code: 'bad-input',
        what: `The zoo already has an entry "${entry.name}".`,
        expected: 'Every entry was expected to have a name of its own.',
        remedy: 'Register it under another name.',
      });
    }
    const cuts = entry.cuts.map((cut) => cut.name);
    if (!cuts.includes(entry.defaultCut)) {
      throw new GraftError({
        code: 'bad-input',
        what: `The default cut "${entry.defaultCut}" of "${entry.name}" is not one of its cuts.`,
        remedy: didYouMean(entry.defaultCut, cuts),
      });
    }
    this.#entries.set(entry.name, entry);
  }

  /** @throws GraftError `not-found`, with near names */
  get(name: string): ZooEntry {
    const entry = this.#entries.get(name);
    if (entry !== undefined) return entry;
    throw new GraftError({
      code: 'not-found',
      what: `The zoo has no entry "${name}".`,
      remedy: didYouMean(name, [...this.#entries.keys()]),
    });
  }

  /** All entries, in the order of registration. */
  all(): ZooEntry[] {
    return [...this.#entries.values()];
  }
}

const zoo = new ZooRegistry([
  seedCnnEntry,
  seedCnnMnistEntry,
  smallCnnEntry,
  ...mobilenetV1Entries,
  mobilenetV1ImagenetEntry,
  ...mobilenetV1ImagenetEntries,
  ...mobilenetV2Entries,
  ...mobilenetV2ImagenetEntries,
  ...efficientnetEntries,
  ...resnetEntries,
]);

/**
 * What the zoo knows of a name.
 *
 * @throws GraftError `not-found`, with near names
 *
 * @example
 * ```ts
 * import { zooEntry } from '@graft-ml/zoo';
 * console.log(zooEntry('seed-cnn').defaultCut); // flatten
 * ```
 */
export function zooEntry(name: string): ZooEntry {
  return zoo.get(name);
}

/** Everything in the zoo. */
export function zooEntries(): ZooEntry[] {
  return zoo.all();
}

/**
 * Add an entry of your own to the zoo.
 *
 * @throws GraftError `bad-input` for a name that is taken
 */
export function registerZooEntry(entry: ZooEntry): void {
  zoo.register(entry);
}
