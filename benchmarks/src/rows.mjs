/**
 * One line of the table: what is repeated, and with which numbers. `params.kind` says which work of the peers it is.
 *
 * @typedef {object} Row
 * @property {string} id
 * @property {string} title
 * @property {{ kind: string } & Record<string, unknown>} params
 * @property {'ms' | 'GFLOP/s' | '%'} unit
 * @property {number} [flop] of one repetition
 * @property {number} [scale] what the time is multiplied by, where only a part is timed; the title says so
 * @property {boolean} [slow] takes many seconds: repeated less often
 */

const MOBILENET = { alpha: 0.35, side: 96, batch: 32 };
const PROBE = { ...MOBILENET, examples: 5000, epochs: 10 };
const SIZES = [
  [128, 1152, 64],
  [512, 512, 512],
  [1024, 1024, 1024],
];
/** @type {readonly [string, boolean, boolean][]} */
const TRANSPOSES = [
  ['', false, false],
  [', left transposed', true, false],
  [', right transposed', false, true],
  [', both transposed', true, true],
];

/** @type {readonly Row[]} */
export const ROWS = [
  step('seed-cnn-32', 'seed CNN step, batch 32', { kind: 'seed-cnn', batch: 32 }),
  step('seed-cnn-128', 'seed CNN step, batch 128', { kind: 'seed-cnn', batch: 128 }),
  step('mobilenet-forward', 'MobileNetV2-0.35, 96 px, forward, batch 32', { kind: 'mobilenet-forward', ...MOBILENET }),
  step('mobilenet-step', 'MobileNetV2-0.35, 96 px, fine-tune step, batch 32', {
    kind: 'mobilenet-step',
    ...MOBILENET,
    statistics: 'trained',
    learningRate: 1e-3,
  }),
  step('mobilenet-step-frozen-bn', 'the same with frozen BatchNorm statistics', {
    kind: 'mobilenet-step',
    ...MOBILENET,
    statistics: 'frozen',
    learningRate: 1e-4,
  }),
  step('embedding', 'embedding + Conv1D step, batch 32 × 64 words', {
    kind: 'embedding',
    batch: 32,
    words: 2000,
    length: 64,
    width: 64,
  }),
  step('transformer', 'transformer block step, batch 32 × 64 × 128, 4 heads', {
    kind: 'transformer',
    batch: 32,
    length: 64,
    width: 128,
    heads: 4,
  }),
  step('mlp', 'MLP step, 784-256-128-10, batch 128', { kind: 'mlp', batch: 128 }),
  step('head-epoch', 'cached head epoch, 5,000 × 1280 → 10, batch 32', {
    kind: 'head-epoch',
    examples: 5000,
    features: 1280,
    batch: 32,
  }),
  {
    ...step('linear-probe-cached', 'ten linear-probe epochs, 5,000 images, features cached', {
      kind: 'linear-probe-cached',
      ...PROBE,
    }),
    slow: true,
  },
  {
    ...step('linear-probe-naive', 'ten linear-probe epochs, naive (one is timed, × 10)', {
      kind: 'linear-probe-naive',
      ...PROBE,
    }),
    scale: 10,
    slow: true,
  },
  ...SIZES.flatMap(([m = 0, k = 0, n = 0]) =>
    TRANSPOSES.map(([suffix, transposeA, transposeB]) => matmul(m, k, n, suffix, transposeA, transposeB)),
  ),
  {
    id: 'kernel-share',
    title: 'share of a seed CNN step (batch 128) outside kernels',
    params: { kind: 'kernel-share', of: 'seed-cnn', batch: 128 },
    unit: '%',
  },
];

/**
 * @param {string} id
 * @param {string} title
 * @param {Row['params']} params
 * @returns {Row}
 */
function step(id, title, params) {
  return { id, title, params, unit: 'ms' };
}

/**
 * @param {number} m
 * @param {number} k
 * @param {number} n
 * @param {string} suffix
 * @param {boolean} transposeA
 * @param {boolean} transposeB
 * @returns {Row}
 */
function matmul(m, k, n, suffix, transposeA, transposeB) {
  return {
    id: `matmul-${m}x${k}x${n}${transposeA ? '-ta' : ''}${transposeB ? '-tb' : ''}`,
    title: `matrix product ${m} × ${k} × ${n}${suffix}`,
    params: { kind: 'matmul', m, k, n, transposeA, transposeB },
    unit: 'GFLOP/s',
    flop: 2 * m * k * n,
  };
}

/**
 * The rows that a pattern names: ids, with * for anything.
 *
 * @param {readonly string[]} patterns none means all
 */
export function chosenRows(patterns) {
  if (patterns.length === 0) return [...ROWS];
  const chosen = new Set();
  for (const pattern of patterns) {
    const expression = new RegExp(`^${pattern.replaceAll('*', '.*')}$`);
    const found = ROWS.filter(({ id }) => expression.test(id));
    if (found.length === 0) throw new Error(`There is no row "${pattern}"; --list shows them all.`);
    for (const row of found) chosen.add(row);
  }
  return ROWS.filter((row) => chosen.has(row));
}
