import { GraftError } from '@graft-ml/core';
import type { BundleFile } from '../engine/worker.js';

/** One HTML file that holds a model and all that is needed to run it. */
export async function classifierPage(files: readonly BundleFile[], accuracy: number): Promise<string> {
  const response = await fetch('./classifier.html');
  if (!response.ok) {
    throw new GraftError({
      code: 'unavailable',
      what: `The template of the page answered ${response.status}.`,
      remedy: 'Reload this page, and try again.',
    });
  }
  const template = await response.text();
  const model = {
    accuracy,
    files: await Promise.all(files.map(async ({ name, bytes }) => ({ name, base64: await base64(bytes) }))),
  };
  // A label may hold anything; `<` must not end the script.
  const json = JSON.stringify(model).replaceAll('<', String.raw`\u003c`);
  return template.replace('<!--model-->', () => `<script type="application/json" id="graft-model">${json}</script>`);
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
    reader.readAsDataURL(new Blob([bytes.slice()]));
  });
}
