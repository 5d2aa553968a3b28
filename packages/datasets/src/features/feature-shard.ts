import { decodeSafetensors, encodeSafetensors, GraftError, type NamedArray, type Store } from '@graft-ml/core';
import { volume } from '../internal/checks.js';
import { hashArray } from '../internal/hash-array.js';

/** A run of consecutive examples' features and targets, as the store keeps it. */
export interface FeatureShard {
  /** One array per output, [rows × shape]. */
  readonly outputs: readonly Float32Array[];
  readonly targets: Int32Array | Float32Array;
}

/** What a shard must look like to be believed. */
export interface ShardPlan {
  readonly key: string;
  readonly begin: number;
  readonly rows: number;
  readonly shapes: readonly (readonly number[])[];
  readonly targetNumbers: number;
  readonly targetsAreClasses: boolean;
}

export function shardName({ key, begin, rows }: ShardPlan): string {
  return `features/${key}/${begin}-${begin + rows}.safetensors`;
}

export async function writeShard(store: Store, plan: ShardPlan, shard: FeatureShard): Promise<void> {
  const arrays = new Map<string, NamedArray>(
    shard.outputs.map((data, at) => [`output${at}`, { shape: [plan.rows, ...(plan.shapes[at] ?? [])], data }]),
  );
  arrays.set('targets', { shape: [shard.targets.length], data: shard.targets });
  await store.write(shardName(plan), encodeSafetensors(arrays, { key: plan.key, contents: await contentsOf(shard) }));
}

/** @returns undefined when there is no such shard, or it is damaged or of something else: it is then computed again */
export async function readShard(store: Store, plan: ShardPlan): Promise<FeatureShard | undefined> {
  const name = shardName(plan);
  if (!(await store.has(name))) return undefined;
  try {
    const { arrays, metadata } = decodeSafetensors(await store.read(name), `${store.location}/${name}`);
    const outputs = plan.shapes.map((shape, at) => floats(arrays.get(`output${at}`), plan.rows * volume(shape)));
    const targets = arrays.get('targets')?.data;
    if (targets?.length !== plan.targetNumbers || outputs.some((output) => output === undefined)) return undefined;
    if (plan.targetsAreClasses ? !(targets instanceof Int32Array) : !(targets instanceof Float32Array))
      return undefined;
    if (targets instanceof Uint8Array) return undefined;
    const shard = { outputs: outputs.filter((output) => output !== undefined), targets };
    return metadata['key'] === plan.key && metadata['contents'] === (await contentsOf(shard)) ? shard : undefined;
  } catch (thrown) {
    if (thrown instanceof GraftError && (thrown.code === 'corrupt' || thrown.code === 'not-found')) return undefined;
    throw thrown;
  }
}

function floats(array: NamedArray | undefined, length: number): Float32Array | undefined {
  return array?.data instanceof Float32Array && array.data.length === length ? array.data : undefined;
}

async function contentsOf({ outputs, targets }: FeatureShard): Promise<string> {
  const hashes: string[] = [];
  for (const array of [...outputs, targets]) hashes.push(await hashArray(array));
  return hashes.join(' ');
}
