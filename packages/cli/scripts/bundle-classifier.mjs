/*
 * Bundles the page of `graft export --web` into assets/classifier.html: one file with its script and the engine's binaries
 * inside, and a place for the model.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const folder = join(root, 'src', 'classifier');
const built = await build({
  root,
  configFile: false,
  publicDir: false,
  logLevel: 'warn',
  // A script inside a page has no address of its own; what it would find beside itself is part of it.
  define: { 'import.meta.url': 'document.baseURI' },
  build: {
    write: false,
    target: 'es2022',
    chunkSizeWarningLimit: 5000,
    // As a library it is one script, and what it would fetch is part of it.
    lib: { entry: join(folder, 'main.ts'), formats: ['iife'], name: 'graftClassifier' },
  },
});
const outputs = (Array.isArray(built) ? built : [built]).flatMap((each) => ('output' in each ? each.output : []));
const [script, ...others] = outputs;
if (script?.type !== 'chunk' || others.length > 0) {
  throw new Error(`The page should be one script; it is ${outputs.map(({ fileName }) => fileName).join(', ')}.`);
}
const template = readFileSync(join(folder, 'classifier.html'), 'utf8');
// A function: in a replacement text, `$` would have meanings of its own.
const page = template.replace(
  '<!--script-->',
  () => `<script>${script.code.replaceAll('</script', '<\\/script')}</script>`,
);
mkdirSync(join(root, 'assets'), { recursive: true });
writeFileSync(join(root, 'assets', 'classifier.html'), page);
