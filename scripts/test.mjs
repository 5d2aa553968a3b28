/*
 * `npm test`: sets itself up, runs the whole suite and ends with one line, `N passed, N failed`.
 *
 * --full adds the slow ones: the example at its real size and the seed experiment against the figures of issue 2.
 * --no-setup skips installing and building.
 *
 * With GRAFT_REQUIRE_REAL_DATA=1 or GRAFT_REQUIRE_BROWSER=1, a real-data or browser test that did not run is a failure.
 */
import { build, install, requireNode } from './lib/setup.mjs';

requireNode();
const started = performance.now();
let counted = false;
// Whatever goes wrong, the last line is the count.
process.on('exit', (code) => {
  if (!counted && code !== 0) console.log('0 passed, 1 failed');
});
if (!process.argv.includes('--no-setup')) {
  await install();
  await build();
}
// What follows imports what was just installed.
const { runSuite } = await import('./lib/suite.mjs');
const { passed, failed, skipped } = await runSuite({ full: process.argv.includes('--full') });
const minutes = ((performance.now() - started) / 60_000).toFixed(1);
counted = true;
console.log(`\nThe whole took ${minutes} minutes.`);
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
process.exitCode = failed === 0 ? 0 : 1;
