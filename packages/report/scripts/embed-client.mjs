/**
 * Bundles the page's script and style sheet (with uPlot inside) and writes them as strings to
 * src/generated/client-assets.ts, so that the package needs no file access and works in browsers.
 */
import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const uplot = dirname(createRequire(import.meta.url).resolve('uplot/package.json'));
const licence = await readFile(join(uplot, 'LICENSE'), 'utf8');

async function bundle(entry, options) {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: [entry],
    bundle: true,
    minify: true,
    write: false,
    charset: 'ascii',
    legalComments: 'none',
    ...options,
  });
  return outputFiles[0].text.trim();
}

const script = `/*! Charts: uPlot\n${licence.trim()}\n*/\n${await bundle('src/client/main.ts', { format: 'iife', target: 'es2022' })}`;
const style = await bundle('src/client/report.css', { target: 'es2022' });
for (const [name, text, forbidden] of [
  ['script', script, /<\/script|<!--/i],
  ['style', style, /<\/style|url\(|@import/i],
]) {
  if (forbidden.test(text))
    throw new Error(`The bundled ${name} cannot be embedded: it contains ${text.match(forbidden)[0]}`);
}

const sha256 = createHash('sha256').update(script).digest('base64');
const folder = join(root, 'src/generated');
await mkdir(folder, { recursive: true });
await writeFile(
  join(folder, 'client-assets.ts'),
  `// Written by scripts/embed-client.mjs from src/client and uPlot (MIT); not in version control.
/** The script of every report, which must stand in its page byte for byte: see the hash. */
export const CLIENT_SCRIPT: string = ${JSON.stringify(script)};
/** For the page's content security policy. */
export const CLIENT_SCRIPT_SHA256: string = ${JSON.stringify(sha256)};
export const CLIENT_STYLE: string = ${JSON.stringify(style)};
`,
);
console.log(`report: embedded ${script.length} bytes of script and ${style.length} bytes of style`);
