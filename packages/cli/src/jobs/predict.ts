import { GraftError } from '@graft-ml/core';
import type { Session } from '../context.js';
import type { EngineOptions } from '../options/common.js';
import { savedModel } from '../support/saved-model.js';
import { startBackend } from '../support/start-backend.js';
import { predictImages } from './predict-images.js';
import { predictRows } from './predict-rows.js';

export interface PredictOptions extends EngineOptions {
  readonly top: number;
  readonly json?: boolean;
  readonly csv?: boolean;
}

/**
 * `graft predict`: what a saved model says of pictures, or of the rows of tables.
 *
 * @returns the exit code
 */
export async function predictWith(
  folder: string,
  named: readonly string[],
  options: PredictOptions,
  session: Session,
): Promise<number> {
  if (options.json === true && options.csv === true) {
    throw new GraftError({ code: 'bad-input', what: 'Both --json and --csv were given.', remedy: 'Leave one out.' });
  }
  // A tenth of a second, which goes by while the engine starts. Without sharp, reading a picture says so.
  if (!named.every((name) => /\.(csv|tsv)$/i.test(name))) import('sharp').catch(() => undefined);
  await startBackend(options, session);
  const saved = await savedModel(folder, session);
  try {
    return saved.table === undefined
      ? await predictImages(saved, folder, named, options, session)
      : await predictRows(saved, saved.table, named, options, session);
  } finally {
    saved.model.dispose();
    await saved.trunk?.release();
  }
}
