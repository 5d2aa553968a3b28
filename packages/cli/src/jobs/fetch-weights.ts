import { dirname } from 'node:path';
import { isVerified, zooEntry } from '@graft-ml/zoo';
import { findPublished, verifyWeights } from '@graft-ml/zoo/node';
import type { Session } from '../context.js';
import type { WeightCommandOptions } from '../options/common.js';
import { toJson } from '../terminal/format.js';

/**
 * `graft zoo fetch`. Weights that ship with the package are there already.
 *
 * @throws GraftError `not-found` for an unknown name before anything is fetched; `unavailable`, `corrupt`, `storage`
 */
export async function fetchWeights(
  names: readonly string[],
  { json, dataDir, offline }: WeightCommandOptions,
  { terminal, signal }: Session,
): Promise<void> {
  const entries = names.map(zooEntry);
  const results: object[] = [];
  for (const { name, published } of entries) {
    // Says what is the matter with an architecture, too.
    const states = await verifyWeights(name, { dataDir, signal });
    const isNew = states.some(({ state, firstUse }) => state !== 'sound' && firstUse === undefined);
    const found =
      published === undefined
        ? states.map((state) => ({ ...state, bytes: undefined }))
        : await findPublished(published, {
            dataDir,
            offline,
            signal,
            onProgress: (progress) => terminal.progress(progress),
          });
    const files = found.map(({ name: file, path, place }) => ({ file, path, place }));
    results.push({ name, files });
    const [first] = files;
    const fetched = files.filter(({ place }) => place === 'web').length;
    if (json !== true && first !== undefined) {
      const how = fetched === 0 ? 'already there' : `${fetched} fetched`;
      terminal.result(
        `${name}: ${files.length} ${files.length === 1 ? 'file' : 'files'} (${how}) in ${dirname(first.path)}`,
      );
      if (published !== undefined && !isVerified(published) && isNew) {
        terminal.note(
          `${name} is unverified: nobody here has checked it. It is pinned now: anything else is refused later.`,
        );
      }
    }
  }
  if (json === true) terminal.result(toJson(results));
}
