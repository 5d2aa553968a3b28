/*
 * Holds the packages to the architecture in docs/architecture.md: imports are declared and point downward only, code
 * for browsers imports nothing of Node, and a few constructs that lie to the type checker or block pages stay out.
 */
import { readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join, relative, sep } from 'node:path';
import ts from 'typescript';
import { filesUnder, workspacePackages } from './lib/packages.mjs';
import { emptyReport, record, runAsMain } from './lib/report.mjs';
import { ROOT } from './lib/root.mjs';

/** Who may import whom, beside third parties. What is not listed may not be imported. */
const ARROWS = new Map([
  ['core', []],
  ['backend-cpu', ['core']],
  ['backend-wasm', ['core']],
  ['backend-cuda', ['core']],
  ['backend-webgl', ['core']],
  ['backend-webgpu', ['core']],
  ['datasets', ['core']],
  ['metrics', ['core']],
  ['zoo', ['core']],
  ['transfer', ['core']],
  ['train', ['core', 'metrics', 'datasets']],
  ['recipes', ['core', 'transfer', 'train', 'metrics', 'datasets']],
  ['report', ['core', 'metrics']],
  [
    'cli',
    [
      'core',
      'backend-cpu',
      'backend-cuda',
      'backend-wasm',
      'backend-webgpu',
      'parity',
      'datasets',
      'metrics',
      'zoo',
      'transfer',
      'train',
      'recipes',
      'report',
    ],
  ],
  ['parity', ['core', 'datasets', 'train', 'zoo']],
  ['testkit', ['core', 'backend-cpu', 'datasets', 'parity', 'recipes', 'train', 'zoo']],
]);

/** Packages that run in Node only. Elsewhere Node's modules belong in src/node. */
const NODE_ONLY = new Set(['backend-cuda', 'cli', 'testkit']);
/** Folders of src that are bundled into a page at build time; what they import need not be there at run time. */
const BUNDLED = new Set(['cli/classifier', 'cli/page', 'report/client']);
const MOST_LINES = 400;

/** @returns {Promise<import('./lib/report.mjs').Report>} one look for each source file and each package.json */
export async function checkArchitecture() {
  const report = emptyReport();
  for (const pkg of workspacePackages()) {
    record(report, manifestProblems(pkg));
    for (const file of filesUnder(join(pkg.folder, 'src'), '.ts')) {
      if (file.includes(`${sep}generated${sep}`)) continue;
      record(report, sourceProblems(pkg, file));
    }
    for (const file of filesUnder(join(pkg.folder, 'test'), '.ts')) record(report, testProblems(file));
  }
  return report;
}

/** @param {import('./lib/packages.mjs').Package} pkg */
function manifestProblems({ short, manifest }) {
  const problems = [];
  const allowed = ARROWS.get(short);
  if (allowed === undefined)
    return [`packages/${short} is not in the table of arrows in scripts/check-architecture.mjs.`];
  const needed = { ...manifest.dependencies, ...manifest.peerDependencies };
  for (const [name, version] of Object.entries({ ...needed, ...manifest.devDependencies })) {
    const isOurs = name.startsWith('@graft-ml/');
    if (isOurs ? version !== 'workspace:*' : !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version)) {
      problems.push(`packages/${short}/package.json: "${name}": "${version}" is not an exact version.`);
    }
    if (isOurs && name in needed && !allowed.includes(name.slice('@graft-ml/'.length))) {
      problems.push(`packages/${short}/package.json: an arrow to ${name} points upward or sideways.`);
    }
  }
  return problems;
}

/**
 * @param {import('./lib/packages.mjs').Package} pkg
 * @param {string} file
 */
function sourceProblems({ short, manifest, folder }, file) {
  const { source, text, at } = parse(file);
  const problems = lengthProblems(file, text);
  const folderOfSource = relative(join(folder, 'src'), file).split(sep)[0] ?? '';
  const isNodeCode = NODE_ONLY.has(short) || folderOfSource === 'node';
  const declared = new Set([
    manifest.name,
    ...(BUNDLED.has(`${short}/${folderOfSource}`) ? Object.keys(manifest.devDependencies ?? {}) : []),
    ...Object.keys(manifest.dependencies ?? {}),
    ...Object.keys(manifest.peerDependencies ?? {}),
  ]);

  const checkImport = (/** @type {string} */ specifier, /** @type {ts.Node} */ node) => {
    if (specifier.startsWith('.')) {
      if (!isNodeCode && /(^|\/)node\//.test(specifier))
        problems.push(`${at(node)} browser code imports ${specifier}.`);
      if (!specifier.endsWith('.js')) problems.push(`${at(node)} the import ${specifier} lacks its .js.`);
      return;
    }
    if (specifier.startsWith('node:') || builtinModules.includes(specifier)) {
      if (!isNodeCode) problems.push(`${at(node)} ${specifier} is imported outside src/node.`);
      return;
    }
    const name = specifier
      .split('/')
      .slice(0, specifier.startsWith('@') ? 2 : 1)
      .join('/');
    if (!declared.has(name)) problems.push(`${at(node)} ${name} is imported but not declared in package.json.`);
  };

  const visit = (/** @type {ts.Node} */ node) => {
    const specifier = importedModule(node);
    if (specifier !== undefined) checkImport(specifier, node);
    if (node.kind === ts.SyntaxKind.AnyKeyword) problems.push(`${at(node)} the type any.`);
    if (ts.isNonNullExpression(node)) problems.push(`${at(node)} a non-null assertion (!).`);
    if (isDoubleCast(node)) problems.push(`${at(node)} a cast through unknown.`);
    if (ts.isPropertyAccessExpression(node)) {
      const { name, expression } = node;
      if (name.text === 'dataSync' || name.text === 'arraySync')
        problems.push(`${at(node)} ${name.text}: await instead.`);
      if (!isNodeCode && ts.isIdentifier(expression) && /^(process|Buffer)$/.test(expression.text)) {
        problems.push(`${at(node)} ${expression.text} does not exist in browsers.`);
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return [...problems, ...commentProblems(file, text)];
}

/** @param {string} file */
function testProblems(file) {
  const { source, text, at } = parse(file);
  const problems = lengthProblems(file, text);
  const visit = (/** @type {ts.Node} */ node) => {
    if (isDoubleCast(node)) problems.push(`${at(node)} a cast through unknown.`);
    if (ts.isPropertyAccessExpression(node) && ['only', 'todo'].includes(node.name.text)) {
      if (ts.isIdentifier(node.expression) && /^(it|test|describe)$/.test(node.expression.text)) {
        problems.push(`${at(node)} ${node.expression.text}.${node.name.text} hides tests.`);
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return [...problems, ...commentProblems(file, text)];
}

/** @param {string} file */
function parse(file) {
  const text = readFileSync(file, 'utf8');
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const at = (/** @type {ts.Node} */ node) =>
    `${relative(ROOT, file)}:${source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1}:`;
  return { source, text, at };
}

/**
 * What an import, a re-export, `import()` or an import type names.
 *
 * @param {ts.Node} node
 */
function importedModule(node) {
  let specifier;
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) specifier = node.moduleSpecifier;
  else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
    specifier = node.arguments[0];
  else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) specifier = node.argument.literal;
  return specifier !== undefined && ts.isStringLiteralLike(specifier) ? specifier.text : undefined;
}

/** @param {ts.Node} node */
function isDoubleCast(node) {
  if (!ts.isAsExpression(node)) return false;
  let inner = node.expression;
  while (ts.isParenthesizedExpression(inner)) inner = inner.expression;
  return ts.isAsExpression(inner) && inner.type.kind === ts.SyntaxKind.UnknownKeyword;
}

/**
 * @param {string} file
 * @param {string} text
 */
function lengthProblems(file, text) {
  const lines = text.split('\n').length - 1;
  return lines > MOST_LINES
    ? [`${relative(ROOT, file)} has ${lines} lines; past ${MOST_LINES} it is two concepts.`]
    : [];
}

/**
 * @param {string} file
 * @param {string} text
 */
function commentProblems(file, text) {
  return text.split('\n').flatMap((line, index) => {
    const found = /\b(TODO|FIXME|XXX)\b|@ts-(ignore|nocheck)/.exec(line);
    return found === null ? [] : [`${relative(ROOT, file)}:${index + 1}: ${found[0]}`];
  });
}

await runAsMain(import.meta.url, 'architecture', checkArchitecture);
