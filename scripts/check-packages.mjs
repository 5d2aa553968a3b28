/*
 * Packs every public package as `npm publish` would and treats the tarballs as a user does: linted by publint and
 * are-the-types-wrong, installed by npm in an empty project, every entry imported, a small program type-checked and run,
 * and what a browser would load weighed against its ceiling.
 */
import { existsSync } from 'node:fs';
import { copyFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { buildSync } from 'esbuild';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { workspacePackages } from './lib/packages.mjs';
import { emptyReport, record, runAsMain } from './lib/report.mjs';
import { ROOT } from './lib/root.mjs';
import { run, tool } from './lib/run.mjs';

/** Most kilobytes, minified and gzipped, of a package's browser entry without its dependencies. */
const CEILINGS_KB = new Map([
  ['metrics', 5],
  ['transfer', 10],
  ['train', 12],
  ['datasets', 8],
]);
const TENSORFLOW = '4.22.0';

/** @returns {Promise<import('./lib/report.mjs').Report>} */
export async function checkPackages() {
  const report = emptyReport();
  const project = await mkdtemp(join(tmpdir(), 'graft-packages-'));
  try {
    const packages = workspacePackages().filter(({ manifest }) => manifest.private !== true);
    const tarballs = await pack(project);
    for (const pkg of packages) record(report, await publintProblems(pkg, tarballs));
    for (const problems of await Promise.all(packages.map((pkg) => typeProblems(pkg, tarballs))))
      record(report, problems);
    for (const pkg of packages.filter(({ short }) => short !== 'cli')) record(report, sizeProblems(pkg, report));
    const installed = await installProblems(project, packages, tarballs);
    record(report, installed);
    if (installed.length > 0) return report;
    for (const pkg of packages) {
      for (const entry of entriesOf(pkg)) record(report, await importProblems(project, entry));
    }
    for (const resolution of ['nodenext', 'bundler']) record(report, await consumerTypeProblems(project, resolution));
    record(report, await consumerRunProblems(project));
  } finally {
    await rm(project, { recursive: true, force: true });
  }
  return report;
}

/**
 * @param {string} folder
 * @returns {Promise<Map<string, string>>} the path of each package's tarball, by the package's name
 */
async function pack(folder) {
  const { packageManager } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));
  const filters = ['--filter', '@graft-ml/*', '--filter', '!@graft-ml/testkit'];
  const { code, output } = await run('npx', [
    '--yes',
    packageManager,
    '-r',
    ...filters,
    'pack',
    '--pack-destination',
    folder,
  ]);
  if (code !== 0) throw new Error(`pnpm pack failed:\n${output}`);
  const files = await readdir(folder);
  return new Map(
    files
      .filter((name) => name.endsWith('.tgz'))
      .map((name) => [name.replace(/^graft-ml-(.*)-\d+\.\d+\.\d+.*\.tgz$/, '@graft-ml/$1'), join(folder, name)]),
  );
}

/**
 * @param {import('./lib/packages.mjs').Package} pkg
 * @param {Map<string, string>} tarballs
 */
async function publintProblems({ manifest }, tarballs) {
  const tarball = tarballs.get(manifest.name);
  if (tarball === undefined) return [`${manifest.name} was not packed.`];
  const bytes = await readFile(tarball);
  const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
  if (!(buffer instanceof ArrayBuffer)) return [`${tarball} could not be read.`];
  const { messages, pkg } = await publint({ pack: { tarball: buffer }, level: 'warning', strict: true });
  return messages.map((message) => `${manifest.name}: publint: ${formatMessage(message, pkg, { color: false })}`);
}

/**
 * @param {import('./lib/packages.mjs').Package} pkg
 * @param {Map<string, string>} tarballs
 */
async function typeProblems({ manifest }, tarballs) {
  const { code, output } = await tool('attw', [
    tarballs.get(manifest.name) ?? '',
    '--profile',
    'esm-only',
    '--format',
    'ascii',
    '--no-emoji',
    '--no-definitely-typed',
  ]);
  return code === 0 ? [] : [`${manifest.name}: are-the-types-wrong:\n${output}`];
}

/**
 * @param {import('./lib/packages.mjs').Package} pkg
 * @param {import('./lib/report.mjs').Report} report
 */
function sizeProblems({ folder, short, manifest }, report) {
  const entry = join(folder, 'dist', 'index.js');
  if (!existsSync(entry)) return [`${manifest.name} has no dist/index.js: build it first.`];
  const bundled = buildSync({
    entryPoints: [entry],
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    packages: 'external',
    write: false,
    logLevel: 'silent',
  });
  const kilobytes = gzipSync(bundled.outputFiles[0]?.contents ?? new Uint8Array(), { level: 9 }).byteLength / 1000;
  const ceiling = CEILINGS_KB.get(short);
  report.notes.push(
    `${manifest.name}: ${kilobytes.toFixed(1)} kB gzipped${ceiling === undefined ? '' : ` (at most ${ceiling} kB)`}`,
  );
  return ceiling !== undefined && kilobytes > ceiling
    ? [`${manifest.name} weighs ${kilobytes.toFixed(1)} kB gzipped; its ceiling is ${ceiling} kB.`]
    : [];
}

/**
 * @param {string} project
 * @param {readonly import('./lib/packages.mjs').Package[]} packages
 * @param {Map<string, string>} tarballs
 */
async function installProblems(project, packages, tarballs) {
  const dependencies = Object.fromEntries(
    packages.map(({ manifest }) => [manifest.name, `file:${tarballs.get(manifest.name) ?? ''}`]),
  );
  const json = {
    name: 'consumer',
    private: true,
    type: 'module',
    dependencies: {
      ...dependencies,
      '@tensorflow/tfjs-core': TENSORFLOW,
      '@tensorflow/tfjs-layers': TENSORFLOW,
    },
  };
  await writeFile(join(project, 'package.json'), JSON.stringify(json, null, 2));
  const args = ['install', '--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund', '--no-progress'];
  const { code, output } = await run(process.platform === 'win32' ? 'npm.cmd' : 'npm', args, { cwd: project });
  return code === 0 ? [] : [`The packed packages do not install together:\n${output}`];
}

/**
 * The specifiers by which a package's entries are imported.
 *
 * @param {import('./lib/packages.mjs').Package} pkg
 */
function entriesOf({ manifest }) {
  return Object.keys(manifest.exports ?? {})
    .filter((key) => key !== './package.json')
    .map((key) => `${manifest.name}${key.slice(1)}`);
}

/**
 * @param {string} project
 * @param {string} entry
 */
async function importProblems(project, entry) {
  const script = `const names = Object.keys(await import(${JSON.stringify(entry)})); if (names.length === 0) throw new Error('It exports nothing.');`;
  const { code, output } = await run(process.execPath, ['--input-type=module', '-e', script], { cwd: project });
  return code === 0 ? [] : [`${entry} cannot be imported from its tarball:\n${output}`];
}

/**
 * @param {string} project
 * @param {string} resolution TypeScript's moduleResolution
 */
async function consumerTypeProblems(project, resolution) {
  await copyFile(join(ROOT, 'scripts', 'consumer', 'consumer.ts'), join(project, 'consumer.ts'));
  const config = {
    compilerOptions: {
      target: 'ES2023',
      lib: ['ES2023', 'DOM'],
      module: resolution === 'bundler' ? 'esnext' : 'nodenext',
      moduleResolution: resolution,
      strict: true,
      // TensorFlow.js's own declarations do not compile without it.
      skipLibCheck: true,
      types: [],
      outDir: 'out',
    },
    files: ['consumer.ts'],
  };
  await writeFile(join(project, 'tsconfig.json'), JSON.stringify(config, null, 2));
  const { code, output } = await tool('tsc', ['-p', join(project, 'tsconfig.json')], { cwd: project });
  return code === 0 ? [] : [`scripts/consumer/consumer.ts under moduleResolution ${resolution}:\n${output}`];
}

/** @param {string} project */
async function consumerRunProblems(project) {
  const { code, output } = await run(process.execPath, [join(project, 'out', 'consumer.js')], { cwd: project });
  const expected = 'cpu fine-tune 1 true';
  return code === 0 && output.trim().endsWith(expected)
    ? []
    : [`scripts/consumer/consumer.ts printed, instead of "${expected}":\n${output}`];
}

await runAsMain(import.meta.url, 'packages', checkPackages);
