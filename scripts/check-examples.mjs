/*
 * Runs every example in the documentation: each ```ts block after an @example in a docstring of packages/<name>/src, and
 * each block marked ```ts run in README.md, docs/ and the packages' READMEs. An example passes when it type-checks and
 * runs to its end, as a module of its own, with the cpu backend selected before. Blocks marked ```sh run in docs/guides are
 * shell scripts, run one after another in a folder of their page's own, offline.
 */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import ts from 'typescript';
import { filesUnder, workspacePackages } from './lib/packages.mjs';
import { emptyReport, record, runAsMain } from './lib/report.mjs';
import { checkGuides } from './lib/guides.mjs';
import { ROOT } from './lib/root.mjs';
import { run } from './lib/run.mjs';

/** Inside the workspace, so that imports resolve as in a user's project. */
const FOLDER = join(ROOT, '.examples');
const RUNNER = join(ROOT, 'scripts', 'lib', 'run-examples.mjs');

/** @typedef {{ where: string, code: string, file: string, group: string }} Example */

/** @returns {Promise<import('./lib/report.mjs').Report>} one look for each example */
export async function checkExamples() {
  const report = emptyReport();
  rmSync(FOLDER, { recursive: true, force: true });
  const examples = [...docstringExamples(), ...markdownExamples()];
  mkdirSync(FOLDER, { recursive: true });
  for (const { file, code } of examples) {
    writeFileSync(file, `${code}\nexport {};\n`);
    const options = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2023, verbatimModuleSyntax: true };
    writeFileSync(file.replace(/\.ts$/, '.mjs'), ts.transpileModule(code, { compilerOptions: options }).outputText);
  }
  const problems = new Map(examples.map(({ file }) => [file, /** @type {string[]} */ ([])]));
  typeCheck([...problems.keys()], problems);
  await runAll(examples, problems);
  for (const { where, file } of examples) {
    const found = problems.get(file) ?? [];
    record(report, found.length === 0 ? [] : [`${where} (${relative(ROOT, file)})`, ...found]);
  }
  for (const problems of await checkGuides(join(FOLDER, 'guides'))) record(report, problems);
  rmSync(join(FOLDER, 'scratch'), { recursive: true, force: true });
  rmSync(join(FOLDER, 'guides'), { recursive: true, force: true });
  if (report.failures.length === 0) rmSync(FOLDER, { recursive: true, force: true });
  return report;
}

/** @returns {Example[]} */
function docstringExamples() {
  return workspacePackages().flatMap(({ folder, short }) =>
    filesUnder(join(folder, 'src'), '.ts').flatMap((path) =>
      [...readFileSync(path, 'utf8').matchAll(/\/\*\*[\s\S]*?\*\//g)]
        .filter(([comment]) => comment.includes('@example'))
        .flatMap(([comment]) =>
          blocksIn(comment.replace(/^[ \t]*\* ?/gm, ''), /^[ \t]*```ts[^\n]*\n([\s\S]*?)^[ \t]*```/gm),
        )
        .map((code, index) => example(relative(ROOT, path), code, index, short)),
    ),
  );
}

/** @returns {Example[]} */
function markdownExamples() {
  const files = [
    join(ROOT, 'README.md'),
    ...filesUnder(join(ROOT, 'docs'), '.md'),
    ...workspacePackages().map(({ folder }) => join(folder, 'README.md')),
  ];
  return files
    .filter((path) => existsSync(path))
    .flatMap((path) =>
      blocksIn(readFileSync(path, 'utf8'), /^```ts run\n([\s\S]*?)^```/gm).map((code, index) =>
        example(relative(ROOT, path), code, index, 'documents'),
      ),
    );
}

/**
 * @param {string} text
 * @param {RegExp} pattern
 */
function blocksIn(text, pattern) {
  return [...text.matchAll(pattern)].map((match) => match[1] ?? '');
}

/**
 * @param {string} where
 * @param {string} code
 * @param {number} index
 * @param {string} group
 * @returns {Example}
 */
function example(where, code, index, group) {
  const name = where.replace(/^packages\//, '').replace(/[^\w-]+/g, '-');
  return { where: `${where}, example ${index + 1}`, code, group, file: join(FOLDER, `${name}-${index + 1}.ts`) };
}

/**
 * @param {readonly string[]} files
 * @param {Map<string, string[]>} problems
 */
function typeCheck(files, problems) {
  const base = ts.readConfigFile(join(ROOT, 'tsconfig.base.json'), (path) => readFileSync(path, 'utf8'));
  const { options } = ts.convertCompilerOptionsFromJson(
    {
      ...base.config.compilerOptions,
      noEmit: true,
      isolatedDeclarations: false,
      declaration: false,
      noUnusedLocals: false,
      types: ['node'],
    },
    ROOT,
  );
  const program = ts.createProgram(files, options);
  for (const diagnostic of ts.getPreEmitDiagnostics(program)) {
    const message = ts.flattenDiagnosticMessageText(diagnostic.messageText, '\n');
    const line = diagnostic.file?.getLineAndCharacterOfPosition(diagnostic.start ?? 0).line ?? 0;
    problems.get(diagnostic.file?.fileName ?? '')?.push(`line ${line + 1}: ${message}`);
  }
}

/**
 * One process for each package, two at a time: starting TensorFlow.js takes longer than most examples.
 *
 * @param {readonly Example[]} examples
 * @param {Map<string, string[]>} problems
 */
async function runAll(examples, problems) {
  const names = [...new Set(examples.map(({ group }) => group))];
  const work = async () => {
    for (let group = names.shift(); group !== undefined; group = names.shift()) {
      const members = examples.filter((each) => each.group === group);
      const scratch = join(FOLDER, 'scratch', group);
      mkdirSync(scratch, { recursive: true });
      const modules = members.map(({ file }) => file.replace(/\.ts$/, '.mjs'));
      const { output } = await run(process.execPath, [RUNNER, ...modules], { cwd: scratch });
      for (const { file } of members) {
        const module = file.replace(/\.ts$/, '.mjs');
        if (!output.includes(`passed ${module}\n`)) {
          const about = output.split(`started ${module}\n`)[1]?.split('\nstarted ')[0] ?? output;
          problems.get(file)?.push(about.trim().slice(0, 2000));
        }
      }
    }
  };
  await Promise.all([work(), work()]);
}

await runAsMain(import.meta.url, 'documentation examples', checkExamples);
