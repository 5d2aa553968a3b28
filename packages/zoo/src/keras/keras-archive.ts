import { unzipSync } from 'fflate';
import { assertInside, GraftError, messageOf } from '@graft-ml/core';

/** The parts of a `.keras` file, which is a zip archive. */
export interface KerasArchive {
  /** `config.json`, as text. */
  readonly config: string;
  /** `model.weights.h5` */
  readonly weights: Uint8Array;
}

/** Parts that claim to be larger than this, unpacked, are refused before anything is allocated. */
const MOST_BYTES = 2 ** 30;
/** Deflate packs at most about 1,032 to 1. */
const MOST_PACKED = 1100;

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
  let parts: Record<string, Uint8Array>;
  try {
    parts = unzipSync(bytes, {
      filter: ({ name, size, originalSize }) => {
        if (!name.endsWith('/')) assertInside(name);
        if (name !== 'config.json' && name !== 'model.weights.h5') return false;
        if (originalSize > MOST_BYTES || originalSize > size * MOST_PACKED + 1024 || size > bytes.byteLength) {
          throw corrupt(`claims that ${name} has ${originalSize} bytes, packed into ${size}`);
        }
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
