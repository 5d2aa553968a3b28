import { GraftError } from '@graft-ml/core';

/**
 * One HTML file that holds a model and all that is needed to run it.
 *
 * @param bundle the model as one file
 * @param note how it did on the pictures that were held back, in a sentence
 */
export async function classifierPage(bundle: Uint8Array, note: string): Promise<Blob> {
  const response = await fetch('./classifier.html');
  if (!response.ok) {
    throw new GraftError({
      code: 'unavailable',
      what: `The template of the page answered ${response.status}.`,
      remedy: 'Reload this page, and try again.',
    });
  }
  // In JSON inside a page, `<` must not end the script.
  const json = JSON.stringify({ note, bundle: await base64(bundle) }).replaceAll('<', String.raw`\u003c`);
  const script = `<script type="application/json" id="graft-model">${json}</script>`;
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
