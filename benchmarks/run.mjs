/*
 * `npm run bench`: Graft beside stock TensorFlow.js, jax-js, onnxruntime and PyTorch. See docs/performance.md.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { describeMachine, machine } from './src/machine.mjs';
import { measure } from './src/measure.mjs';
import { HELP, readOptions } from './src/options.mjs';
import { allPeers, INSTALLED, PEERS_FOLDER } from './src/peers.mjs';
import { chosenRows, ROWS } from './src/rows.mjs';
import { gainOfCaching, summarise } from './src/summary.mjs';
import { tableOf } from './src/table.mjs';

const options = readOptions(process.argv.slice(2));
if (options.help) {
  console.log(HELP);
  process.exit(0);
}
if (options.install) install();
const say = (/** @type {string} */ text) => console.error(text);
const rows = chosenRows(options.rows);
const peers = allPeers({ nodes: options.node, threads: options.threads }).filter(({ family }) =>
  options.peers.length === 0 ? family !== 'composed' : options.peers.includes(family),
);
const here = machine();
say(describeMachine(here));
/** @type {import('./src/measure.mjs').Running[]} */
const running = [];
/** @type {Map<string, string>} */
const absent = new Map();
for (const peer of peers) {
  try {
    const process = await peer.start();
    running.push({ peer, process });
    say(`  ${peer.title}: ${JSON.stringify(process.details)}`);
  } catch (thrown) {
    absent.set(peer.id, thrown instanceof Error ? thrown.message : String(thrown));
    say(`  ${peer.title}: left out, ${absent.get(peer.id)}`);
  }
}
if (options.list) {
  for (const { id, title } of ROWS) console.log(`${id.padEnd(26)} ${title}`);
} else {
  await run();
}
for (const { process } of running) process.close();

async function run() {
  const measured = [];
  for (const [at, row] of rows.entries()) {
    const started = performance.now();
    const result = await measure(row, running, options);
    result.cells.push(
      ...Array.from(absent, ([peer, missing]) => ({ peer, missing, values: [], waited: [], doubts: [] })),
    );
    measured.push(result);
    const seconds = ((performance.now() - started) / 1000).toFixed(0);
    say(`  ${at + 1} of ${rows.length}: ${row.title} (${seconds} s, load ${result.load.toFixed(1)})`);
  }
  // What Graft cannot do here at all has been said above: it needs no lines of its own.
  const lines = summarise(measured, peers).filter(({ graft }) => !absent.has(graft));
  const gains = gainOfCaching(measured, peers);
  const clock = options.clock === 'cpu' ? '; CPU time instead of time' : '';
  if (!options.markdown) console.log(`\n${describeMachine(here)}${clock}`);
  console.log(`\n${tableOf(lines, peers)}`);
  for (const { cached, naive, ratio } of gains) {
    console.log(`ten linear-probe epochs: ${naive} naive takes ${ratio.toFixed(1)} times as long as ${cached} cached`);
  }
  if (options.json !== undefined) {
    const versions = Object.fromEntries(running.map(({ peer, process }) => [peer.id, process.details]));
    const report = { machine: here, rounds: options.rounds, clock: options.clock, versions, lines, gains, measured };
    writeFileSync(options.json, `${JSON.stringify(report, undefined, 1)}\n`);
  }
}

/** Heavy peers live in a folder of their own, so that nobody who only works on Graft downloads them. */
function install() {
  mkdirSync(PEERS_FOLDER, { recursive: true });
  writeFileSync(`${PEERS_FOLDER}package.json`, '{ "private": true, "type": "module" }\n');
  const wanted = Object.entries(INSTALLED).map(([name, version]) => `${name}@${version}`);
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--save-exact'];
  const { status } = spawnSync('npm', ['install', ...flags, ...wanted], { cwd: PEERS_FOLDER, stdio: 'inherit' });
  if (status !== 0) say('The heavy peers could not be installed; they are left out.');
}
