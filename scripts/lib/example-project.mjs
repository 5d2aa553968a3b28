import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { emptyReport, record } from './report.mjs';
import { ROOT } from './root.mjs';
import { run } from './run.mjs';

/** Small, but the real thing: every step of the example on real pictures. */
const SMALL = ['--labels', '100', '--steps', '60', '--source-steps', '150', '--test-examples', '500', '--seeds', '1'];

/**
 * Run examples/mnist-to-fashion on the real data and look at what it printed and wrote.
 *
 * @param {{ full: boolean }} options `full` runs it at its own sizes
 * @returns {Promise<import('./report.mjs').Report>}
 */
export async function checkExampleProject({ full }) {
  const report = emptyReport();
  const data = process.env.GRAFT_DATA_DIR;
  if (data === undefined || !existsSync(data)) {
    const why =
      'examples/mnist-to-fashion needs real data: set GRAFT_DATA_DIR to a folder with mnist and fashion-mnist.';
    if (process.env.GRAFT_REQUIRE_REAL_DATA === '1') report.failures.push(why);
    else report.skipped.push(why);
    return report;
  }
  const folder = await mkdtemp(join(tmpdir(), 'graft-example-'));
  try {
    const file = join(folder, 'report.html');
    const main = join(ROOT, 'examples', 'mnist-to-fashion', 'dist', 'main.js');
    const { code, output } = await run(process.execPath, [main, '--report', file, ...(full ? [] : SMALL)]);
    report.notes.push(...output.trim().split('\n'));
    record(report, code === 0 ? [] : [`The example ended with exit code ${code}:\n${output}`]);
    record(report, accuracyProblems(output, 'source', full ? 98 : 60));
    record(report, accuracyProblems(output, 'target', full ? 78 : 40));
    const html = existsSync(file) ? await readFile(file, 'utf8') : '';
    const complete =
      /<html/i.test(html) && ['scratch', 'frozen', 'fine-tune', 'seed-layer2'].every((name) => html.includes(name));
    record(report, complete ? [] : ['The example wrote no report that names its four methods.']);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return report;
}

/**
 * @param {string} output
 * @param {string} which
 * @param {number} least percent
 */
function accuracyProblems(output, which, least) {
  const found = new RegExp(`${which}: ([\\d.]+) %`).exec(output)?.[1];
  if (found === undefined) return [`The example printed no ${which} accuracy.`];
  return Number(found) >= least ? [] : [`The ${which} accuracy is ${found} %; at least ${least} % was expected.`];
}
