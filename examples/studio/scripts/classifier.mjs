import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'vite';

/**
 * Build the page that users export, without a model, into `public/classifier.html`: one file with its script and the
 * engine's binaries inside.
 *
 * @param {string} root the example's folder
 */
export async function buildClassifier(root) {
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
    throw new Error(
      `The exported page should be one script; it is ${outputs.map(({ fileName }) => fileName).join(', ')}.`,
    );
  }
  const template = readFileSync(join(folder, 'classifier.html'), 'utf8');
  // A function: in a replacement text, `$` would have meanings of its own.
  const page = template.replace(
    '<!--script-->',
    () => `<script>${script.code.replaceAll('</script', '<\\/script')}</script>`,
  );
  mkdirSync(join(root, 'public'), { recursive: true });
  writeFileSync(join(root, 'public', 'classifier.html'), page);
}
