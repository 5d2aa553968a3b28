import { hasWeights, zooEntries } from '@graft-ml/zoo';
import { verifyWeights, type WeightState } from '@graft-ml/zoo/node';
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
  const absent: string[] = [];
  let failed = false;
  for (const name of wanted) {
    const files = await verifyWeights(name, { dataDir, signal });
    results.push({ name, files });
    const of = (state: WeightState['state']): WeightState[] => files.filter((file) => file.state === state);
    const [damaged, missing] = [of('damaged'), of('missing')];
    const isAbsent = missing.length === files.length;
    failed ||= damaged.length > 0 || (missing.length > 0 && (names.length > 0 || !isAbsent));
    if (json === true) continue;
    for (const { path, reason } of damaged) terminal.warn(`${path} is damaged: ${reason ?? ''}.`);
    if (!isAbsent) terminal.result(summary(name, files));
    else if (names.length > 0) terminal.result(`${name}: not fetched (graft zoo fetch ${name})`);
    else absent.push(name);
  }
  if (json === true) terminal.result(toJson(results));
  else if (absent.length > 0) terminal.result(`not fetched: ${absent.join(', ')}`);
  return failed ? EXIT.failed : EXIT.done;
}

function summary(name: string, files: readonly WeightState[]): string {
  const count = (state: WeightState['state']): number => files.filter((file) => file.state === state).length;
  const bad = (['damaged', 'missing'] as const).flatMap((state) =>
    count(state) > 0 ? [`${count(state)} ${state}`] : [],
  );
  const trusted = files.filter(({ firstUse }) => firstUse !== undefined).length;
  const remarks = [
    ...(bad.length > 0 ? [bad.join(', '), `graft zoo fetch ${name}`] : []),
    ...(trusted > 0 ? ['unverified: held to what was first used here'] : []),
    ...(count('unpinned') > 0 ? [`${count('unpinned')} never used, so there is nothing to hold it to`] : []),
  ].join('; ');
  return `${name}: ${count('sound')} of ${files.length} files are sound${remarks === '' ? '' : ` (${remarks})`}`;
}
