import { cpus, loadavg, totalmem } from 'node:os';

/** What the numbers depend on beside the code. */
export function machine() {
  const [first] = cpus();
  return {
    processor: first?.model ?? 'unknown',
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    load: loadavg()[0] ?? 0,
    date: new Date().toISOString().slice(0, 16),
  };
}

/** @param {ReturnType<typeof machine>} found */
export function describeMachine({ processor, cores, memoryGiB, node, load, date }) {
  return `${processor}, ${cores} cores, ${memoryGiB} GiB; Node ${node}; load at the start ${load.toFixed(1)}; ${date} UTC`;
}
