import { zooEntry, type ZooEntry } from '@graft-ml/zoo';
import type { Session } from '../context.js';
import type { ListOptions } from '../options/common.js';
import { percent, toJson } from '../terminal/format.js';

/** `graft zoo show`. @throws GraftError `not-found`, with near names */
export function showZooEntry(name: string, { json }: ListOptions, { terminal }: Session): void {
  const entry = zooEntry(name);
  terminal.result(json === true ? toJson(entry) : describe(entry));
}

function describe(entry: ZooEntry): string {
  const [low, high] = entry.range;
  const files = entry.published?.files ?? [];
  const megabytes = (files.reduce((sum, { bytes }) => sum + bytes, 0) / 1e6).toFixed(1);
  const source = entry.provenance['source'];
  const lines: (readonly [string, string])[] = [
    ['what it is', entry.summary],
    ['source task', entry.sourceTask ?? 'none: an architecture without weights'],
    ['test accuracy', entry.testAccuracy === undefined ? '–' : percent(entry.testAccuracy)],
    ['input', `[${entry.inputShape.join(', ')}], bytes mapped to [${low}, ${high}]`],
    ...entry.cuts.map((cut, index): readonly [string, string] => [
      index === 0 ? 'cuts' : '',
      `${cut.name}${cut.name === entry.defaultCut ? ' (default)' : ''} [${cut.shape.join(', ')}]`,
    ]),
    ['stages', entry.stages?.map((stage) => stage.name).join(' ') ?? '–'],
    ['labels', entry.labels.length === 0 ? '–' : `${entry.labels.length}: ${entry.labels.slice(0, 5).join(', ')} …`],
    ['licence', entry.licence === 'NOASSERTION' ? 'none stated by the source' : entry.licence],
    ['weights', weightsOf(entry, files.length, megabytes)],
    ...(typeof source === 'string' ? [['from', source] as const] : []),
  ];
  const width = Math.max(...lines.map(([head]) => head.length));
  return [entry.name, ...lines.map(([head, text]) => `  ${head.padEnd(width)}  ${text}`)].join('\n');
}

function weightsOf(entry: ZooEntry, files: number, megabytes: string): string {
  if (entry.published !== undefined) {
    return `${files} files, ${megabytes} MB, each pinned by sha256; graft zoo fetch ${entry.name}`;
  }
  if (entry.embedded) return 'ship with the package';
  return entry.sourceTask === undefined ? 'none' : 'not in this version';
}
