/* Bundles the thread that reads HDF5 files and writes it as a string to src/generated/h5-thread.ts, so that it starts wherever
   the package has ended up, in a bundle too. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const { outputFiles } = await build({
  absWorkingDir: root,
  entryPoints: ['src/keras/h5/thread.ts'],
  bundle: true,
  minify: true,
  write: false,
  // A thread that is started from a text is CommonJS.
  format: 'cjs',
  platform: 'node',
  target: 'es2022',
  charset: 'ascii',
  legalComments: 'none',
});
const source = outputFiles[0].text.trim();
await mkdir(join(root, 'src/generated'), { recursive: true });
await writeFile(
  join(root, 'src/generated/h5-thread.ts'),
  `// Written by scripts/embed-h5-thread.mjs from src/keras/h5/thread.ts; not in version control.
export const THREAD_SOURCE: string = ${JSON.stringify(source)};
`,
);
console.log(`zoo: embedded ${source.length} bytes of the thread that reads HDF5 files`);
