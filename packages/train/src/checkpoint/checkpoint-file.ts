import { decodeSafetensors, encodeSafetensors, sha256, type NamedArray } from '@graft-ml/core';
import { corrupt } from './corrupt.js';
import { parseCheckpointMetadata, type CheckpointMetadata } from './checkpoint-metadata.js';

/** A checkpoint in plain memory. */
export interface Checkpoint {
  readonly metadata: CheckpointMetadata;
  readonly arrays: ReadonlyMap<string, NamedArray>;
}

const FORMAT = 'graft-checkpoint-1';

/** One safetensors file, whose metadata hold the sha256 of the same file without that entry. */
export async function encodeCheckpoint({ metadata, arrays }: Checkpoint): Promise<Uint8Array> {
  const head = { format: FORMAT, run: JSON.stringify(metadata) };
  return encodeSafetensors(arrays, { ...head, sha256: await sha256(encodeSafetensors(arrays, head)) });
}

/**
 * @param from the file's place, for messages
 * @throws GraftError `corrupt` when the bytes are not a checkpoint, or not the ones that were written
 */
export async function decodeCheckpoint(bytes: Uint8Array, from: string): Promise<Checkpoint> {
  const { arrays, metadata } = decodeSafetensors(bytes, from);
  const { format, run, sha256: promised } = metadata;
  if (format !== FORMAT || run === undefined || promised === undefined) {
    corrupt(`${from} is not a Graft checkpoint.`, `Its format entry should be "${FORMAT}".`);
  }
  const found = await sha256(encodeSafetensors(arrays, { format, run }));
  if (found !== promised) {
    corrupt(
      `${from} was damaged: its sha256 is ${found}.`,
      `It was written with ${promised}.`,
      'Remove it, and train from the beginning or from another checkpoint.',
    );
  }
  return { metadata: parseCheckpointMetadata(run, from), arrays };
}
