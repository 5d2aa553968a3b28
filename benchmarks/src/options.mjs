import { parseArgs } from 'node:util';

export const HELP = `npm run bench -- [options]

  --list              the rows, and whether each peer can be had here
  --rows a,b*         only these rows (ids of --list, * for anything)
  --peers a,b         only these families of peers: graft, torch, tfjs, jax, onnx, and composed (Graft
                      without its fused kernels), which is left out unless named
  --rounds 15         repetitions of each row; slow rows take an eighth of them
  --quick             two rounds without calibration: whether everything runs, not how fast
  --node path         a Node binary to run Graft with; may be given several times. Default: this one
  --threads 1,2       numbers of threads for Graft and PyTorch
  --clock wall        or cpu: CPU time, which other processes disturb less; for one thread only
  --json file         write the numbers there, every round of them
  --markdown          print the table alone, for docs/performance.md
  --install           install the heavy peers (about 350 MB) into benchmarks/.peers, then go on
`;

/** @throws Error for options that do not exist or make no sense */
export function readOptions(/** @type {string[]} */ args) {
  const { values } = parseArgs({
    args,
    options: {
      list: { type: 'boolean', default: false },
      rows: { type: 'string', default: '' },
      peers: { type: 'string', default: '' },
      rounds: { type: 'string', default: '15' },
      quick: { type: 'boolean', default: false },
      node: { type: 'string', multiple: true, default: [process.execPath] },
      threads: { type: 'string', default: '1,2' },
      clock: { type: 'string', default: 'wall' },
      json: { type: 'string' },
      markdown: { type: 'boolean', default: false },
      install: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const rounds = values.quick ? 2 : Number(values.rounds);
  const threads = listOf(values.threads).map(Number);
  if (!Number.isSafeInteger(rounds) || rounds < 1)
    throw new Error(`--rounds ${values.rounds}: a whole number was expected.`);
  if (threads.length === 0 || threads.some((count) => !Number.isSafeInteger(count) || count < 1)) {
    throw new Error(`--threads ${values.threads}: whole numbers with commas between were expected.`);
  }
  if (values.clock !== 'wall' && values.clock !== 'cpu') throw new Error('--clock is wall or cpu.');
  return { ...values, rounds, threads, rows: listOf(values.rows), peers: listOf(values.peers) };
}

/** @param {string} text */
function listOf(text) {
  return text.split(',').filter((each) => each !== '');
}
