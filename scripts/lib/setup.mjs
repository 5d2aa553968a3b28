import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './root.mjs';
import { run } from './run.mjs';

const { packageManager } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));

/** No questions, no reports home, no notices: what every tool is told. */
const QUIET = {
  CI: 'true',
  DO_NOT_TRACK: '1',
  TURBO_TELEMETRY_DISABLED: '1',
  TURBO_NO_UPDATE_NOTIFIER: '1',
  npm_config_update_notifier: 'false',
  npm_config_fund: 'false',
  npm_config_audit: 'false',
  // `npm test --silent` hands its silence on; errors must show.
  npm_config_loglevel: 'error',
};

/** Leave with a clear message unless this Node is new enough. */
export function requireNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  console.error(
    `Graft needs Node 20.19 or newer; this is Node ${process.versions.node}. Get one from https://nodejs.org.`,
  );
  process.exit(1);
}

/** Install what the lockfile names, with the pnpm that package.json pins, fetched by npx: nothing need be there before. */
export async function install() {
  await step('Installing packages', ['install', '--frozen-lockfile', '--prefer-offline']);
}

/** Build every package whose sources changed since it was built last. */
export async function build() {
  await step('Building packages', [
    'exec',
    'turbo',
    'run',
    'build',
    '--ui=stream',
    '--output-logs=errors-only',
    '--concurrency=100%',
  ]);
}

/**
 * Run pnpm, saying only what is done and how long it took; show its output and leave when it fails.
 *
 * @param {string} title
 * @param {readonly string[]} args
 */
async function step(title, args) {
  const started = Date.now();
  const seconds = () => `${((Date.now() - started) / 1000).toFixed(1)} s`;
  const isTerminal = process.stdout.isTTY === true;
  process.stdout.write(`${title} …${isTerminal ? '' : '\n'}`);
  const ticking = isTerminal ? setInterval(() => process.stdout.write(`\r${title} … ${seconds()} `), 500) : undefined;
  const { code, output } = await run('npx', ['--yes', packageManager, ...args], { env: QUIET });
  clearInterval(ticking);
  if (isTerminal) process.stdout.write('\r\u001b[K');
  if (code === 0) {
    console.log(`${title}: done in ${seconds()}`);
    return;
  }
  console.error(output);
  console.error(
    `${title} failed (exit code ${code}); its output is above. The command was: npx ${packageManager} ${args.join(' ')}`,
  );
  process.exit(code === 130 ? 130 : 1);
}
