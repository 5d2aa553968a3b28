import { loadavg } from 'node:os';
import { spreadOf } from './statistics.mjs';

/** @typedef {import('./rows.mjs').Row} Row */
/** @typedef {import('./peers.mjs').Peer} Peer */
/** @typedef {import('./peer-process.mjs').PeerProcess} PeerProcess */
/** @typedef {{ peer: Peer, process: PeerProcess }} Running */

/**
 * What one peer did in one row: a number for each round, or why there is none.
 *
 * @typedef {object} Cell
 * @property {string} peer its id
 * @property {string} [missing] why there are no numbers
 * @property {number[]} values milliseconds, or what the row counts in (per cent)
 * @property {number[]} waited time on the wall ÷ CPU time: above 1 where a single thread was kept waiting
 * @property {string[]} doubts
 */

/** @typedef {{ row: Row, cells: Cell[], load: number }} Measured */

/** A repetition lasts at least this long; short work is repeated within it. */
const SHORTEST_MS = 40;
const MOST_TIMES = 500;
/** So many repetitions must have taught something; fewer may not. */
const FEWEST_LOSSES = 8;

/**
 * Measure one row: the peers take turns, one repetition each, in an order that rotates from round to round, so that
 * whatever else the machine does falls on all alike.
 *
 * @param {Row} row
 * @param {readonly Running[]} running
 * @param {{ rounds: number, quick: boolean, clock: string }} options
 * @returns {Promise<Measured>}
 */
export async function measure(row, running, { rounds, quick, clock }) {
  const lanes = [];
  for (const { peer, process } of running) lanes.push(await enter(row, peer, process, quick));
  const able = lanes.filter(({ cell }) => cell.missing === undefined);
  for (let round = 0; round < (row.slow === true ? Math.max(1, Math.floor(rounds / 8)) : rounds); round++) {
    for (let turn = 0; turn < able.length; turn++) {
      const lane = able[(turn + round) % able.length];
      if (lane !== undefined && lane.cell.missing === undefined) await repeat(row, lane, clock);
    }
  }
  for (const lane of lanes) await leave(lane);
  compareChecks(lanes);
  return { row, cells: lanes.map(({ cell }) => cell), load: loadavg()[0] ?? 0 };
}

/**
 * @typedef {object} Lane
 * @property {PeerProcess} process
 * @property {Cell} cell
 * @property {number} times
 * @property {number[]} losses
 * @property {number | undefined} check
 */

/**
 * Prepare a row on a peer, warm it up and find how often to repeat it.
 *
 * @param {Row} row
 * @param {Peer} peer
 * @param {PeerProcess} process
 * @param {boolean} quick
 * @returns {Promise<Lane>}
 */
async function enter(row, peer, process, quick) {
  /** @type {Cell} */
  const cell = { peer: peer.id, values: [], waited: [], doubts: [] };
  /** @type {Lane} */
  const lane = { process, cell, times: 1, losses: [], check: undefined };
  try {
    lane.check = await process.prepare(row.params);
    if (row.slow === true) return lane;
    for (let warm = 0; warm < (quick ? 1 : 3); warm++) {
      const { ms, loss } = await process.run(lane.times);
      if (typeof loss === 'number') lane.losses.push(loss);
      lane.times = Math.min(MOST_TIMES, Math.max(1, Math.ceil((quick ? 5 : SHORTEST_MS) / ms)));
    }
  } catch (thrown) {
    cell.missing = thrown instanceof Error ? thrown.message : String(thrown);
  }
  return lane;
}

/**
 * @param {Row} row
 * @param {Lane} lane
 * @param {string} clock `wall` or `cpu`
 */
async function repeat(row, { process, cell, times, losses }, clock) {
  try {
    const { ms, cpuMs, value, loss } = await process.run(times);
    const scale = row.scale ?? 1;
    cell.values.push(row.unit === '%' ? (value ?? Number.NaN) : scale * (clock === 'cpu' ? cpuMs : ms));
    cell.waited.push(ms / cpuMs);
    if (loss !== undefined) losses.push(loss ?? Number.NaN);
  } catch (thrown) {
    cell.missing = thrown instanceof Error ? thrown.message : String(thrown);
  }
}

/** @param {Lane} lane */
async function leave({ process, cell, losses }) {
  try {
    await process.drop();
  } catch (thrown) {
    cell.missing ??= thrown instanceof Error ? thrown.message : String(thrown);
  }
  if (losses.some((loss) => !Number.isFinite(loss))) cell.doubts.push('a loss is not finite');
  if (losses.length < FEWEST_LOSSES) return;
  const quarter = Math.floor(losses.length / 4);
  const [first, last] = [losses.slice(0, quarter), losses.slice(-quarter)].map((part) => spreadOf(part).median);
  if ((last ?? 0) >= (first ?? 0)) cell.doubts.push(`the loss went from ${first} to ${last}`);
}

/** Peers that compute the same number must agree on it. @param {readonly Lane[]} lanes */
function compareChecks(lanes) {
  const [first, ...rest] = lanes.filter(({ check }) => typeof check === 'number');
  for (const { check = 0, cell } of rest) {
    const wanted = first?.check ?? 0;
    if (Math.abs(check - wanted) <= 1e-3 * Math.abs(wanted)) continue;
    cell.doubts.push(`its result sums to ${check}, that of ${first?.cell.peer} to ${wanted}`);
  }
}
