/* Builds the page that users export, for `vite`'s server. */
import { fileURLToPath } from 'node:url';
import { buildClassifier } from './classifier.mjs';

await buildClassifier(fileURLToPath(new URL('..', import.meta.url)));
