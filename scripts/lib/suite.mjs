import { join } from 'node:path';
import { checkArchitecture } from '../check-architecture.mjs';
import { checkExamples } from '../check-examples.mjs';
import { checkPackages } from '../check-packages.mjs';
import { emptyReport, print, record } from './report.mjs';
import { ROOT } from './root.mjs';
import { run, tool } from './run.mjs';
import { checkExampleProject } from './example-project.mjs';
import { checkSeedExperiment } from './seed-experiment.mjs';
import { runVitest } from './vitest.mjs';

/**
 * Run every check in order, cheap ones first. A failed check does not keep the others from running.
 *
 * @param {{ full: boolean }} options
 * @returns {Promise<{ passed: number, failed: number, skipped: number }>} counts over all checks and all tests
 */
export async function runSuite({ full }) {
  // Tests that damage files damage many more of them then.
  if (full) process.env.GRAFT_FULL = '1';
  /** @type {[string, () => Promise<import('./report.mjs').Report>][]} */
  const checks = [
    ['format', () => passes('oxfmt', ['--check'])],
    ['lint', () => passes('oxlint', ['--type-aware', '--deny-warnings', '--format', 'unix'])],
    ['types of tests and scripts', () => passes('tsc', ['-p', 'tsconfig.tests.json'])],
    ['types of the studio', studioTypes],
    ['architecture', checkArchitecture],
    ['documentation examples', checkExamples],
    ['unit, property, real-data and browser tests', () => runVitest({ full })],
    ['packages', checkPackages],
    ['the example project', () => checkExampleProject({ full })],
  ];
  if (full) checks.push(['the seed experiment', checkSeedExperiment]);
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const [title, check] of checks) {
    console.log(`\n▸ ${title}`);
    const started = performance.now();
    const report = await check().catch((thrown) => ({
      ...emptyReport(),
      failures: [thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)],
    }));
    print(title, report, (performance.now() - started) / 1000);
    total.passed += report.passed;
    total.failed += report.failures.length;
    total.skipped += report.skipped.length;
  }
  return total;
}

/** Svelte's components are known to its own checker only. */
async function studioTypes() {
  const report = emptyReport();
  const { code, output } = await run('node', ['node_modules/svelte-check/bin/svelte-check', '--fail-on-warnings'], {
    cwd: join(ROOT, 'examples', 'studio'),
  });
  record(report, code === 0 ? [] : [output.trim()]);
  return report;
}

/**
 * One look: does a tool find nothing?
 *
 * @param {string} name
 * @param {readonly string[]} args
 */
async function passes(name, args) {
  const report = emptyReport();
  const { code, output } = await tool(name, args, { env: { NO_COLOR: '1' } });
  record(report, code === 0 ? [] : [`${name} ${args.join(' ')}`, output.trim()]);
  return report;
}
