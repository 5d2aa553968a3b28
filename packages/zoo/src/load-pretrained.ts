import { GraftError, loadBundle, MANIFEST_FILE, sha256, type LoadedBundle, type Store } from '@graft-ml/core';
import type { ZooEntry } from './entry.js';
import { zooEntry } from './registry.js';

/** A pretrained model, what its bundle says of it, and what the zoo says of it. */
export interface Pretrained extends LoadedBundle {
  readonly entry: ZooEntry;
}

/**
 * Load an entry's weights from any store that holds its bundle: a web folder, the browser's storage, a folder on disk.
 * The manifest must have the sha256 that the zoo pins, and every other file the one that the manifest pins.
 *
 * In Node, `loadPretrained` from `@graft-ml/zoo/node` finds the weights that ship with this package by itself.
 *
 * @param store for example `httpStore('https://example.org/weights/seed-cnn-mnist')`
 * @throws GraftError `not-found` for an unknown name or a store without the bundle, `bad-input` for an entry without
 *   weights, `unavailable` while its weights are not trained, `corrupt` when the bytes are not the ones pinned
 */
export async function loadPretrainedFrom(store: Store, name: string): Promise<Pretrained> {
  const entry = zooEntry(name);
  const pinned = pinnedSha256(entry);
  if (!(await store.has(MANIFEST_FILE))) {
    throw new GraftError({
      code: 'not-found',
      what: `The weights of "${name}" are not in ${store.location}: it has no ${MANIFEST_FILE}.`,
      remedy: 'Point to the folder that holds the bundle, or install @graft-ml/zoo again.',
    });
  }
  const found = await sha256(await store.read(MANIFEST_FILE));
  if (found !== pinned) {
    throw new GraftError({
      code: 'corrupt',
      what: `${store.location}/${MANIFEST_FILE} has sha256 ${found}.`,
      expected: `The zoo pins ${pinned} for "${name}".`,
      remedy: 'The weights are of another version or were changed: fetch them again.',
    });
  }
  return { ...(await loadBundle(store)), entry };
}

/** The sha256 that an entry's manifest must have. @throws GraftError when the entry has no weights (yet) */
export function pinnedSha256(entry: ZooEntry): string {
  if (entry.sourceTask === undefined) {
    throw new GraftError({
      code: 'bad-input',
      what: `"${entry.name}" is an architecture without weights.`,
      expected: `A pretrained entry such as "${entry.name}/mnist" was expected.`,
      remedy: 'Use zooEntry(name).create({ seed }) for fresh weights.',
    });
  }
  if (entry.sha256 !== undefined) return entry.sha256;
  throw new GraftError({
    code: 'unavailable',
    what: `The weights of "${entry.name}" have not been trained yet in this version.`,
    remedy: 'Train them with the training script of the repository, or start from zooEntry(name).create({ seed }).',
  });
}
