/*
 * `npm run quickstart`: from a fresh clone to a first transfer. Installs, builds, and runs `graft quickstart`, which
 * trains, transfers and compares on embedded data. Plain Node: nothing is installed yet when this starts.
 *
 * Arguments after `--` go to `graft quickstart`.
 */
import { join } from 'node:path';
import { ROOT } from './lib/root.mjs';
import { run } from './lib/run.mjs';
import { build, install, requireNode } from './lib/setup.mjs';

requireNode();
await install();
await build();
console.log('');
const graft = join(ROOT, 'packages', 'cli', 'bin', 'graft.mjs');
const { code } = await run(process.execPath, [graft, 'quickstart', ...process.argv.slice(2)], { show: true });
process.exitCode = code;
