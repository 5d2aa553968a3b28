import { unzipSync } from 'fflate';
import { assertInside, GraftError, messageOf, zipClaims } from '@graft-ml/core';

/** The parts of a `.keras` file, which is a zip archive. */
export interface KerasArchive {
  /** `config.json`, as text. */
  readonly config: string;
  /** `model.weights.h5` */
  readonly weights: Uint8Array;
}

/** Parts that claim more than this together, unpacked, are refused before anything is allocated. */
const MOST_BYTES = 2 ** 30;

/**
 * Unpack a `.keras` file in memory.
 *
 * @param from the file's name, for messages
 * @throws GraftError `corrupt` for what is no zip archive, is cut off, lacks a part or claims impossible sizes;
 *   `bad-input` for names that leave the archive
 */
export function unpackKeras(bytes: Uint8Array, from: string): KerasArchive {
  const corrupt = (what: string, cause?: unknown): GraftError =>
    new GraftError({
      code: 'corrupt',
      what: `${from} ${what}.`,
      expected: 'A .keras file with config.json and model.weights.h5 was expected.',
      remedy: 'Copy or download it again.',
      cause,
    });
  const wrongClaim = zipClaims(bytes.byteLength, MOST_BYTES);
  let parts: Record<string, Uint8Array>;
  try {
    parts = unzipSync(bytes, {
      filter: (part) => {
        const { name } = part;
        if (!name.endsWith('/')) assertInside(name);
        if (name !== 'config.json' && name !== 'model.weights.h5') return false;
        const claim = wrongClaim(part);
        if (claim !== undefined) throw corrupt(`is refused: ${claim}`);
        return true;
      },
    });
  } catch (cause) {
    if (cause instanceof GraftError) throw cause;
    throw corrupt(`could not be unpacked: ${messageOf(cause)}`, cause);
  }
  const config = parts['config.json'];
  const weights = parts['model.weights.h5'];
  if (config === undefined || weights === undefined) {
    throw corrupt(`has no ${config === undefined ? 'config.json' : 'model.weights.h5'}`);
  }
  return { config: new TextDecoder().decode(config), weights };
}
