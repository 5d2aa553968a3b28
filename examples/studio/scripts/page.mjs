/*
 * Builds the page into dist/, and before it the page that users export, which is one of its files.
 *
 * --quiet prints only what is wrong.
 */
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { buildClassifier } from './classifier.mjs';
import { printSizes } from './sizes.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
await buildClassifier(root);
await build({ root, logLevel: 'warn' });
printSizes(root);
