import { pathToFileURL } from 'node:url';

/**
 * What a check found. Each thing that was looked at counts once: as passed, failed or skipped.
 *
 * @typedef {{ passed: number, failures: string[], skipped: string[], notes: string[] }} Report
 */

/** @returns {Report} */
export function emptyReport() {
  return { passed: 0, failures: [], skipped: [], notes: [] };
}

/**
 * Count one look: passed when it found nothing.
 *
 * @param {Report} report
 * @param {readonly string[]} problems
 */
export function record(report, problems) {
  if (problems.length === 0) report.passed += 1;
  else report.failures.push(problems.join('\n'));
}

/**
 * Print what a check found.
 *
 * @param {string} title
 * @param {Report} report
 * @param {number} seconds
 */
export function print(title, report, seconds) {
  for (const note of report.notes) console.log(`  ${note}`);
  for (const reason of report.skipped) console.log(`  skipped: ${reason}`);
  for (const failure of report.failures) console.log(`  ✗ ${failure.replaceAll('\n', '\n    ')}`);
  const mark = report.failures.length === 0 ? '✓' : '✗';
  console.log(`${mark} ${title}: ${report.passed} passed, ${report.failures.length} failed (${seconds.toFixed(1)} s)`);
}

/**
 * Run a check and print what it found, when its file is the program that was started.
 *
 * @param {string} url the check's `import.meta.url`
 * @param {string} title
 * @param {() => Promise<Report>} check
 */
export async function runAsMain(url, title, check) {
  if (url !== pathToFileURL(process.argv[1] ?? '').href) return;
  const started = performance.now();
  const report = await check();
  print(title, report, (performance.now() - started) / 1000);
  process.exitCode = report.failures.length === 0 ? 0 : 1;
}
