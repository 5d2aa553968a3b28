// Pins the bundle in weights/seed-cnn-mnist: writes its sha256, test accuracy and provenance into the zoo's entry.
// Run it after the training script has saved the bundle: node packages/zoo/scripts/pin-weights.mjs
// The training script records `testAccuracy` (a fraction) in the bundle's provenance.
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';

const bundle = new URL('../weights/seed-cnn-mnist/graft.json', import.meta.url);
const facts = new URL('../src/entries/seed-cnn-mnist-facts.ts', import.meta.url);

const bytes = await readFile(bundle);
const { testAccuracy, ...provenance } = JSON.parse(bytes.toString('utf8')).provenance;
if (typeof testAccuracy !== 'number' || !(testAccuracy > 0 && testAccuracy <= 1)) {
  throw new Error(`${bundle.pathname} records no provenance.testAccuracy between 0 and 1 (found ${testAccuracy}).`);
}
const sha256 = createHash('sha256').update(bytes).digest('hex');
const literal = typescript({ sha256, testAccuracy, provenance }, '');
await writeFile(
  facts,
  `import type { WeightFacts } from '../entry.js';

/** Written by \`scripts/pin-weights.mjs\` from the bundle in \`weights/seed-cnn-mnist\`; not edited by hand. */
export const seedCnnMnistFacts: WeightFacts = ${literal};
`,
);
console.log(`pinned ${sha256} with test accuracy ${testAccuracy}`);

/**
 * Plain JSON as a TypeScript literal, in the repository's format.
 *
 * @param {unknown} value
 * @param {string} indent
 * @returns {string}
 */
function typescript(value, indent) {
  if (typeof value === 'string')
    return `'${JSON.stringify(value).slice(1, -1).replace(/\\"/g, '"').replace(/'/g, "\\'")}'`;
  if (value === null || typeof value !== 'object') return String(value);
  if (Array.isArray(value)) return `[${value.map((each) => typescript(each, indent)).join(', ')}]`;
  const entries = Object.entries(value);
  if (entries.length === 0) return '{}';
  const inner = `${indent}  `;
  const keyOf = (/** @type {string} */ key) => (/^[A-Za-z_]\w*$/.test(key) ? key : typescript(key, ''));
  return `{\n${entries.map(([key, each]) => `${inner}${keyOf(key)}: ${typescript(each, inner)},\n`).join('')}${indent}}`;
}
