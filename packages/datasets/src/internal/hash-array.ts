import { sha256, sha256OfText } from '@graft-ml/core';

/** Bytes hashed at a time: `crypto.subtle` wants all of them in one copy, which would double the memory of big arrays. */
const PIECE_BYTES = 2 ** 24;

/** A sha256 that stands for an array's bytes: the hash of the hashes of its 16 MiB pieces. */
export async function hashArray(data: Uint8Array | Float32Array | Int32Array): Promise<string> {
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  const pieces: string[] = [];
  for (let at = 0; at < bytes.byteLength; at += PIECE_BYTES)
    pieces.push(await sha256(bytes.subarray(at, at + PIECE_BYTES)));
  return sha256OfText(`${bytes.byteLength}\n${pieces.join('\n')}`);
}

/** The same promise for everyone who asks, made when the first one does. */
export function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}

/** The fingerprint of something derived: what was done, and to what. */
export function derivedFingerprint(how: string, ...from: readonly string[]): Promise<string> {
  return sha256OfText(JSON.stringify([how, ...from]));
}
