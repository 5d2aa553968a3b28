import { hasWeights, zooEntries } from '@graft-ml/zoo';
import { verifyWeights } from '@graft-ml/zoo/node';
import type { Session } from '../context.js';
import type { WeightCommandOptions } from '../options/common.js';
import { EXIT } from '../exit-codes.js';
import { toJson } from '../terminal/format.js';

/**
 * `graft zoo verify`. A model that was never fetched is no failure unless it was asked for by name.
 *
 * @returns the exit code
 * @throws GraftError `not-found` for an unknown name, `bad-input` for an architecture without weights
 */
export async function verifyZoo(
  names: readonly string[],
  { json, dataDir }: WeightCommandOptions,
  { terminal, signal }: Session,
): Promise<number> {
  const wanted =
    names.length > 0
      ? names
      : zooEntries()
          .filter(hasWeights)
          .map((entry) => entry.name);
  const results: object[] = [];
  let failed = false;
  for (const name of wanted) {
    const files = await verifyWeights(name, { dataDir, signal });
    results.push({ name, files });
    const damaged = files.filter(({ state }) => state === 'damaged');
    const missing = files.filter(({ state }) => state === 'missing');
    const absent = missing.length === files.length;
    failed ||= damaged.length > 0 || (missing.length > 0 && (names.length > 0 || !absent));
    if (json === true) continue;
    for (const { path, reason } of damaged) terminal.warn(`${path} is damaged: ${reason ?? ''}.`);
    const sound = files.length - damaged.length - missing.length;
    const bad = [
      ...(damaged.length > 0 ? [`${damaged.length} damaged`] : []),
      ...(missing.length > 0 ? [`${missing.length} missing`] : []),
    ].join(', ');
    if (absent) terminal.result(`${name}: not fetched (graft zoo fetch ${name})`);
    else
      terminal.result(
        `${name}: ${sound} of ${files.length} files are sound${bad === '' ? '' : ` (${bad}; graft zoo fetch ${name})`}`,
      );
  }
  if (json === true) terminal.result(toJson(results));
  return failed ? EXIT.failed : EXIT.done;
}
