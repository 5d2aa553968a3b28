import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { emptyReport, record } from './report.mjs';
import { ROOT } from './root.mjs';
import { run } from './run.mjs';

/**
 * Test accuracies of the same experiment in PyTorch 1.13 (same net, glorot initialisation, Adam 1e-3, batches of 32, 600
 * steps, 3 seeds), and how far below them a recipe may fall.
 */
const EXPECTED = [
  { labels: 100, slack: 0.03, recipes: { scratch: 0.688, frozen: 0.696, 'fine-tune': 0.686, 'seed-layer2': 0.699 } },
  { labels: 1000, slack: 0.015, recipes: { scratch: 0.811, frozen: 0.81, 'fine-tune': 0.821, 'seed-layer2': 0.828 } },
];
const MOST_SECONDS = 360;

/**
 * Run the seed experiment on the real data and hold it to PyTorch's accuracies and to its time limit.
 *
 * @returns {Promise<import('./report.mjs').Report>}
 */
export async function checkSeedExperiment() {
  const report = emptyReport();
  const data = process.env.GRAFT_DATA_DIR;
  if (data === undefined || !existsSync(data)) {
    report.skipped.push('The seed experiment needs real data: set GRAFT_DATA_DIR.');
    return report;
  }
  const folder = await mkdtemp(join(tmpdir(), 'graft-seed-'));
  try {
    const json = join(folder, 'out.json');
    const graft = join(ROOT, 'packages', 'cli', 'bin', 'graft.mjs');
    const recipes = 'scratch,frozen,fine-tune,seed-layer2';
    const plan = ['--recipes', recipes, '--labels', '100,1000', '--seeds', '3', '--backend', 'wasm'];
    const args = ['compare', '--source', 'mnist', '--target', 'fashion-mnist', ...plan, '--json', json];
    const started = performance.now();
    const { code, output } = await run(process.execPath, [graft, ...args]);
    const seconds = (performance.now() - started) / 1000;
    report.notes.push(...output.trim().split('\n').slice(-16));
    record(report, code === 0 ? [] : [`graft ${args.join(' ')} ended with exit code ${code}:\n${output}`]);
    record(
      report,
      seconds <= MOST_SECONDS ? [] : [`It took ${seconds.toFixed(0)} s; at most ${MOST_SECONDS} s was expected.`],
    );
    if (code !== 0) return report;
    /** @type {{ rows: { recipe: string, labels: number, testAccuracy: { mean: number } }[] }} */
    const { rows } = JSON.parse(await readFile(json, 'utf8'));
    for (const { labels, slack, recipes: means } of EXPECTED) {
      for (const [recipe, mean] of Object.entries(means))
        record(report, rowProblems(rows, recipe, labels, mean - slack));
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return report;
}

/**
 * @param {readonly { recipe: string, labels: number, testAccuracy: { mean: number } }[]} rows
 * @param {string} recipe
 * @param {number} labels
 * @param {number} least
 */
function rowProblems(rows, recipe, labels, least) {
  const mean = rows.find((row) => row.recipe === recipe && row.labels === labels)?.testAccuracy.mean;
  if (mean === undefined) return [`There is no row for ${recipe} at ${labels} labels.`];
  return mean >= least
    ? []
    : [`${recipe} at ${labels} labels reaches ${mean.toFixed(3)}; at least ${least.toFixed(3)} was expected.`];
}
