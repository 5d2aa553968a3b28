/*
 * Compiles assembly/ twice (with and without relaxed SIMD) and embeds both modules as base64 in src/generated, so that
 * the published package needs no file fetch in Node or in a browser. Part of `pnpm build`.
 */
import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

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
  await writeFile(
    path.join(root, `src/generated/${build.name}.ts`),
    `// Generated from assembly/ by scripts/build-assembly.mjs.\n/** A WebAssembly module in base64: ${build.what}. */\nexport const ${build.constant}: string =\n  '${bytes.toString('base64')}';\n`,
  );
  console.log(`${build.name}: ${bytes.length} bytes`);
}

// Browsers fetch tfjs's own binaries: copied here so that a bundler finds them beside this package's code.
const tfjs = path.dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm'));
await mkdir(path.join(root, 'assets'), { recursive: true });
for (const name of ['tfjs-backend-wasm.wasm', 'tfjs-backend-wasm-simd.wasm']) {
  await copyFile(path.join(tfjs, name), path.join(root, 'assets', name));
}
