// Pins published weights: writes name, bytes and sha256 of every file of a folder as TypeScript.
// node packages/zoo/scripts/pin-files.mjs FOLDER CONSTANT OUT.ts [FILE …]   (without FILEs: all of the folder)
import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const [folder, constant, out, ...chosen] = process.argv.slice(2);
if (folder === undefined || constant === undefined || out === undefined) {
  throw new Error('usage: pin-files.mjs FOLDER CONSTANT OUT.ts [FILE …]');
}
const names = chosen.length > 0 ? chosen : await readdir(folder);
const collator = new Intl.Collator('en', { numeric: true });
const lines = [];
for (const name of names.toSorted(collator.compare)) {
  const bytes = await readFile(join(folder, name));
  lines.push(`  ['${name}', ${bytes.byteLength}, '${createHash('sha256').update(bytes).digest('hex')}'],\n`);
}
await writeFile(
  out,
  `import type { FilePin } from './published-files.js';

/** Written by \`scripts/pin-files.mjs\` from the published files; not edited by hand. */
export const ${constant}: readonly FilePin[] = [
${lines.join('')}];
`,
);
console.log(`${lines.length} files`);
