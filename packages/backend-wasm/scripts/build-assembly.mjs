/*
 * Compiles assembly/ twice (with and without relaxed SIMD) and embeds both modules as base64 in src/generated, so that
 * the published package needs no file fetch in Node or in a browser; with them the program of a thread. Copies tfjs's
 * binaries to assets/, and makes there the one whose memory threads can share. Part of `pnpm build`.
 */
import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';
import { memoryLimits } from './memory-limits.mjs';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const builds = [
  { name: 'simd', constant: 'SIMD_MODULE', what: 'the kernels', flags: [] },
  {
    name: 'relaxed-simd',
    constant: 'RELAXED_SIMD_MODULE',
    what: 'the kernels with fused multiply-add',
    flags: ['--enable', 'relaxed-simd'],
  },
];
/** The greatest memory there is, in pages: the imported one may be of any size. */
const MOST_PAGES = 65536;

await mkdir(path.join(root, 'src/generated'), { recursive: true });
for (const build of builds) {
  const wasm = path.join(tmpdir(), `graft-${build.name}-${process.pid}.wasm`);
  const { error } = await asc.main(
    [
      path.join(root, 'assembly/index.ts'),
      '--outFile',
      wasm,
      '--runtime',
      'stub',
      '--importMemory',
      '--noExportMemory',
      '--maximumMemory',
      String(MOST_PAGES),
      '--use',
      'abort=',
      '--optimizeLevel',
      '3',
      '--shrinkLevel',
      '0',
      '--noAssert',
      '--enable',
      'simd',
      ...build.flags,
    ],
    { stderr: process.stderr },
  );
  if (error) throw error;
  const bytes = await readFile(wasm);
  await rm(wasm);
  const at = memoryLimits(bytes);
  await writeFile(
    path.join(root, `src/generated/${build.name}.ts`),
    `// Generated from assembly/ by scripts/build-assembly.mjs.\n/** A WebAssembly module: ${build.what}. \`limitsAt\` is the place of its memory's flags. */\nexport const ${build.constant}: { readonly base64: string; readonly limitsAt: number } = {\n  base64:\n    '${bytes.toString('base64')}',\n  limitsAt: ${at},\n};\n`,
  );
  console.log(`${build.name}: ${bytes.length} bytes`);
}

const thread = await readFile(path.join(root, 'worker/thread.js'), 'utf8');
await writeFile(
  path.join(root, 'src/generated/thread.ts'),
  `// Generated from worker/thread.js by scripts/build-assembly.mjs.\n/** The program of a thread. */\nexport const THREAD_SOURCE: string = ${JSON.stringify(thread)};\n`,
);

// Browsers fetch tfjs's own binaries: copied here so that a bundler finds them beside this package's code.
const tfjs = path.dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm'));
await mkdir(path.join(root, 'assets'), { recursive: true });
for (const name of ['tfjs-backend-wasm.wasm', 'tfjs-backend-wasm-simd.wasm']) {
  await copyFile(path.join(tfjs, name), path.join(root, 'assets', name));
}

// The same binary with its memory declared as shared: one bit. tfjs's own build for threads differs in more, and does
// not run in Node.
const simd = await readFile(path.join(tfjs, 'tfjs-backend-wasm-simd.wasm'));
simd[memoryLimits(simd)] |= 2;
if (!WebAssembly.validate(simd)) throw new Error('The binary with shared memory is not valid.');
await writeFile(path.join(root, 'assets', 'tfjs-backend-wasm-simd-shared.wasm'), simd);
