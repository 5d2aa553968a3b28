import { describePixelScale } from '@graft-ml/core';
import { isVerified, zooEntry, type ZooEntry } from '@graft-ml/zoo';
import { verifyWeights, type WeightState } from '@graft-ml/zoo/node';
import type { Session } from '../context.js';
import type { ListOptions } from '../options/common.js';
import { percent, toJson } from '../terminal/format.js';
import { weightsIn } from './list-zoo.js';

/** `graft zoo show`. @throws GraftError `not-found`, with near names */
export async function showZooEntry(name: string, { json }: ListOptions, { terminal, signal }: Session): Promise<void> {
  const entry = zooEntry(name);
  const here = entry.published === undefined ? [] : await verifyWeights(name, { signal });
  if (json === true) terminal.result(toJson({ ...entry, weights: weightsIn(entry), here }));
  else terminal.result(describe(entry, here));
}

function describe(entry: ZooEntry, here: readonly WeightState[]): string {
  const source = entry.provenance['source'];
  const lines: (readonly [string, string])[] = [
    ['what it is', entry.summary],
    ['source task', entry.sourceTask ?? 'none: an architecture without weights'],
    ['test accuracy', entry.testAccuracy === undefined ? '–' : percent(entry.testAccuracy)],
    ['input', `[${entry.inputShape.join(', ')}], ${describePixelScale(entry)}`],
    ...entry.cuts.map((cut, index): readonly [string, string] => [
      index === 0 ? 'cuts' : '',
      `${cut.name}${cut.name === entry.defaultCut ? ' (default)' : ''} [${cut.shape.join(', ')}]`,
    ]),
    ['stages', entry.stages?.map((stage) => stage.name).join(' ') ?? '–'],
    ['labels', entry.labels.length === 0 ? '–' : `${entry.labels.length}: ${entry.labels.slice(0, 5).join(', ')} …`],
    ['licence', entry.licence === 'NOASSERTION' ? 'none stated by the source' : entry.licence],
    ['weights', weightsOf(entry)],
    ...here.flatMap(firstUse),
    ...(typeof source === 'string' ? [['from', source] as const] : []),
  ];
  const width = Math.max(...lines.map(([head]) => head.length));
  return [entry.name, ...lines.map(([head, text]) => `  ${head.padEnd(width)}  ${text}`)].join('\n');
}

function weightsOf(entry: ZooEntry): string {
  const { published } = entry;
  if (published === undefined) {
    if (entry.embedded) return 'ship with the package';
    return entry.sourceTask === undefined ? 'none' : 'not in this version';
  }
  const { files } = published;
  const fetch = `graft zoo fetch ${entry.name}`;
  if (isVerified(published)) {
    const megabytes = (files.reduce((sum, { bytes = 0 }) => sum + bytes, 0) / 1e6).toFixed(1);
    return `${files.length} files, ${megabytes} MB, each pinned by sha256; ${fetch}`;
  }
  const stated = files.every(({ sha256 }) => sha256 !== undefined)
    ? ', held to the sha256 that its publisher states'
    : '';
  return `unverified: nobody here has checked ${files.map(({ name }) => name).join(', ')}${stated}; pinned when first fetched; ${fetch}`;
}

/** What an unverified file was when it was first used here. */
function firstUse({ firstUse: pin }: WeightState): (readonly [string, string])[] {
  if (pin === undefined) return [];
  const { at, bytes, sha256 } = pin;
  return [['', `first used here on ${at.slice(0, 10)}: ${(bytes / 1e6).toFixed(1)} MB, sha256 ${sha256}`]];
}
