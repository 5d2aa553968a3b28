import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { findChromium } from './chromium.mjs';
import { filesUnder } from './packages.mjs';
import { emptyReport } from './report.mjs';
import { ROOT } from './root.mjs';
import { tool } from './run.mjs';

/**
 * @typedef {{ fullName: string, status: string, failureMessages?: string[] }} Assertion
 * @typedef {{ name: string, status: string, message?: string, assertionResults: Assertion[] }} TestFile
 */

/**
 * Run vitest, showing its output, and count what it says.
 *
 * @param {{ full: boolean }} options `full` tells tests that have a large and a small size to take the large one
 * @returns {Promise<import('./report.mjs').Report>}
 */
export async function runVitest({ full }) {
  const report = emptyReport();
  const folder = await mkdtemp(join(tmpdir(), 'graft-vitest-'));
  const outputFile = join(folder, 'results.json');
  try {
    const args = ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${outputFile}`];
    const { code } = await tool('vitest', args, { show: true, env: full ? { GRAFT_FULL: '1' } : {} });
    /** @type {TestFile[]} */
    const files = JSON.parse(await readFile(outputFile, 'utf8')).testResults;
    for (const file of files) count(file, report);
    if (code !== 0 && report.failures.length === 0) report.failures.push(`vitest ended with exit code ${code}.`);
    report.failures.push(...missing(files, report));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return report;
}

/**
 * @param {TestFile} file
 * @param {import('./report.mjs').Report} report
 */
function count(file, report) {
  const path = relative(ROOT, file.name);
  for (const { fullName, status, failureMessages } of file.assertionResults) {
    if (status === 'passed') report.passed += 1;
    else if (status === 'failed')
      report.failures.push(`${path}: ${fullName}\n${failureMessages?.[0]?.split('\n')[0] ?? ''}`);
    else report.skipped.push(`${path}: ${fullName}`);
  }
  const ownFailure = file.status === 'failed' && !file.assertionResults.some(({ status }) => status === 'failed');
  if (ownFailure) report.failures.push(`${path}: ${file.message ?? 'the file failed'}`);
}

/**
 * What had to run and did not. Without the two GRAFT_REQUIRE_… variables, files that were left out are only reported.
 *
 * @param {readonly TestFile[]} files
 * @param {import('./report.mjs').Report} report
 */
function missing(files, report) {
  const problems = [];
  const ran = new Map(files.map((file) => [file.name, file.assertionResults.map(({ status }) => status)]));
  const tests = [join(ROOT, 'packages'), join(ROOT, 'examples'), join(ROOT, 'tests')]
    .flatMap((folder) => filesUnder(folder, '.test.ts'))
    .filter((path) => !path.includes('node_modules') && !path.includes('/dist/'));
  const kinds = [
    { ending: '.real.test.ts', required: process.env.GRAFT_REQUIRE_REAL_DATA === '1', what: 'real data' },
    { ending: '.browser.test.ts', required: process.env.GRAFT_REQUIRE_BROWSER === '1', what: 'a browser' },
  ];
  for (const { ending, required, what } of kinds) {
    const ofKind = tests.filter((path) => path.endsWith(ending));
    if (required && ofKind.length === 0)
      problems.push(`There are no tests on ${what} (*${ending}), and they are required.`);
    for (const path of ofKind) {
      const statuses = ran.get(path) ?? [];
      if (statuses.length > 0 && !required) continue;
      if (statuses.length > 0 && statuses.every((status) => status === 'passed' || status === 'failed')) continue;
      const found = statuses.length === 0 ? 'did not run' : 'was skipped in part';
      if (required) problems.push(`${relative(ROOT, path)} needs ${what}, is required, and ${found}.`);
      else
        report.skipped.push(
          `${relative(ROOT, path)} ${found}${findChromium() === undefined ? ': there is no Chromium' : ''}.`,
        );
    }
  }
  return problems;
}
