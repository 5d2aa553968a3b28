/*
 * Builds the page into dist/, and before it the page that users export, which is one of its files.
 *
 * --quiet prints only what is wrong.
 */
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { copyClassifier } from './classifier.mjs';
import { printSizes } from './sizes.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
copyClassifier(root);
await build({ root, logLevel: 'warn' });
printSizes(root);
