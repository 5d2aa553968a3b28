import { GraftError } from '@graft-ml/core';
import type { EmbeddedModel } from '../classifier/embedded-model.js';

/**
 * One HTML file that holds a model and all that is needed to run it.
 *
 * @param bundle the model as one file
 * @param test how it did on the pictures that were held back
 */
export async function classifierPage(bundle: Uint8Array, test: Omit<EmbeddedModel, 'bundle'>): Promise<Blob> {
  const response = await fetch('./classifier.html');
  if (!response.ok) {
    throw new GraftError({
      code: 'unavailable',
      what: `The template of the page answered ${response.status}.`,
      remedy: 'Reload this page, and try again.',
    });
  }
  const model: EmbeddedModel = { ...test, bundle: await base64(bundle) };
  const script = `<script type="application/json" id="graft-model">${JSON.stringify(model)}</script>`;
  const html = (await response.text()).replace('<!--model-->', () => script);
  return new Blob([html], { type: 'text/html' });
}

/** By the browser's own encoder, which does not block the page for megabytes as `btoa` would. */
function base64(bytes: Uint8Array): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = (): void => {
      const url = typeof reader.result === 'string' ? reader.result : '';
      resolve(url.slice(url.indexOf(',') + 1));
    };
    reader.onerror = (): void => reject(reader.error ?? new Error('A file could not be read.'));
    reader.readAsDataURL(new Blob([new Uint8Array(bytes)]));
  });
}
