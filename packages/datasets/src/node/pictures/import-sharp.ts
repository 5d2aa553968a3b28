import type Sharp from 'sharp';
import { GraftError, messageOf } from '@graft-ml/core';

/** @throws GraftError `unavailable` when sharp is not installed */
export async function importSharp(): Promise<typeof Sharp> {
  try {
    return (await import('sharp')).default;
  } catch (cause) {
    throw new GraftError({
      code: 'unavailable',
      what: `Reading pictures needs the package sharp, which could not be imported: ${messageOf(cause)}.`,
      remedy: 'Install it: npm install sharp@0.35.5.',
      cause,
    });
  }
}
