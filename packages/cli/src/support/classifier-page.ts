import { readFile } from 'node:fs/promises';
import { GraftError } from '@graft-ml/core';
import type { EmbeddedModel } from '../classifier/embedded-model.js';
import { percent } from '../terminal/format.js';
import type { SavedModel } from './saved-model.js';

/** Browsers open a page of this size; far larger ones they give up on. */
const MOST_BYTES = 256 * 1024 * 1024;

/**
 * One HTML file that classifies pictures: the page, the engine and the model.
 *
 * @param bundle the model as one file
 * @throws GraftError `bad-input` for a model that takes no pictures, or is too large for a page
 */
export async function classifierPage(bundle: Uint8Array, saved: SavedModel): Promise<string> {
  const { inputShape } = saved.preprocessing;
  if (inputShape.length !== 3 || (inputShape[2] !== 1 && inputShape[2] !== 3)) {
    throw new GraftError({
      code: 'bad-input',
      what: `The model "${saved.name}" takes inputs of shape [${inputShape.join(', ')}].`,
      expected: 'A model of pictures, [height, width, 1 or 3], was expected for a web page.',
      remedy: 'Export it to tfjs, and write a page for its inputs.',
    });
  }
  if (bundle.byteLength > MOST_BYTES) {
    throw new GraftError({
      code: 'bad-input',
      what: `The model "${saved.name}" takes ${(bundle.byteLength / 1e6).toFixed(0)} MB.`,
      expected: `A page holds at most ${(MOST_BYTES / 1e6).toFixed(0)} MB.`,
      remedy: 'Export it to tfjs, and load it from a server.',
    });
  }
  const template = await readFile(new URL('../../assets/classifier.html', import.meta.url), 'utf8');
  const embedded: EmbeddedModel = { note: noteOf(saved), bundle: Buffer.from(bundle).toString('base64') };
  // In JSON inside a page, `<` must not end the script.
  const json = JSON.stringify(embedded).replaceAll('<', String.raw`\u003c`);
  return template.replace('<!--model-->', () => `<script type="application/json" id="graft-model">${json}</script>`);
}

function noteOf({ manifest }: SavedModel): string {
  const accuracy = manifest?.provenance['testAccuracy'];
  return typeof accuracy === 'number'
    ? `Of the test pictures that it had not learnt from, it named ${percent(accuracy)} rightly.`
    : '';
}
