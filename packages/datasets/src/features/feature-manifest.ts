import { GraftError, type Store } from '@graft-ml/core';
import { shardCount, shardName, type FeatureLayout } from './feature-layout.js';

/**
 * `features/<key>/features.json`: the shards that are finished, by name, with the sha256 of their files. A shard is
 * written first and named here afterwards, so what is named was whole.
 */
export type FinishedShards = ReadonlyMap<string, string>;

const FORMAT = 'graft-features';
const FORMAT_VERSION = 1;

/** @returns nothing finished when there is no manifest, or it is damaged or of another layout */
export async function readFinished(store: Store, layout: FeatureLayout): Promise<FinishedShards> {
  const name = manifestName(layout);
  if (!(await store.has(name))) return new Map();
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder().decode(await store.read(name)));
  } catch (thrown) {
    if (thrown instanceof SyntaxError || (thrown instanceof GraftError && thrown.code === 'not-found'))
      return new Map();
    throw thrown;
  }
  if (!isManifest(json) || JSON.stringify(json.layout) !== JSON.stringify(layout)) return new Map();
  const known = new Set(Array.from({ length: shardCount(layout) }, (_, at) => shardName(layout, at)));
  return new Map(
    Object.entries(json.shards).filter((entry): entry is [string, string] => {
      return known.has(entry[0]) && typeof entry[1] === 'string';
    }),
  );
}

/** Name more shards as finished, beside those that this or another process has named already. */
export async function addFinished(store: Store, layout: FeatureLayout, more: FinishedShards): Promise<void> {
  const shards = new Map([...(await readFinished(store, layout)), ...more]);
  const json = { format: FORMAT, formatVersion: FORMAT_VERSION, layout, shards: Object.fromEntries(shards) };
  await store.write(manifestName(layout), new TextEncoder().encode(JSON.stringify(json, null, 2)));
}

function manifestName({ key }: FeatureLayout): string {
  return `features/${key}/features.json`;
}

interface Manifest {
  readonly layout: unknown;
  readonly shards: object;
}

function isManifest(json: unknown): json is Manifest {
  return (
    typeof json === 'object' &&
    json !== null &&
    'format' in json &&
    json.format === FORMAT &&
    'formatVersion' in json &&
    json.formatVersion === FORMAT_VERSION &&
    'layout' in json &&
    'shards' in json &&
    typeof json.shards === 'object' &&
    json.shards !== null
  );
}
