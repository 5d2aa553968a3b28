/*
 * @jax-js/jax on its WASM backend.      node peers/jax.mjs <folder that holds its node_modules>
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { formula, learnable } from './formula.mjs';
import { serve } from './serve.mjs';

const folder = join(process.argv[2] ?? '', 'node_modules/@jax-js/jax');
const jax = await import(pathToFileURL(join(folder, 'dist/index.js')).href);
const { numpy: np, nn, lax, tree } = jax;

async function start() {
  await jax.init('wasm');
  jax.defaultDevice('wasm');
  return { jax: JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).version, node: process.version };
}

/** A weight matrix as Glorot has it. */
const dense = (name, incoming, outgoing) =>
  np
    .array(formula(name, incoming * outgoing).map((value) => value * Math.sqrt(6 / (incoming + outgoing))))
    .reshape([incoming, outgoing]);

/** One jitted function: loss, gradients and Adam's update. Arguments are owned, as jax-js wants it. */
function stepOf(logits) {
  const loss = (weights, x, y) => np.mean(np.sum(nn.logSoftmax(logits(weights, x)).mul(y), -1)).mul(-1);
  const gradients = jax.valueAndGrad(loss);
  return jax.jit((weights, first, second, rate, floor, x, y) => {
    const [value, slopes] = gradients(tree.ref(weights), x, y);
    const m = tree.map((old, slope) => old.mul(0.9).add(slope.mul(0.1)), first, tree.ref(slopes));
    const v = tree.map((old, slope) => old.mul(0.999).add(slope.ref.mul(slope).mul(0.001)), second, slopes);
    const moved = tree.map(
      (weight, mean, square) => weight.sub(mean.mul(rate.ref).div(np.sqrt(square).add(floor.ref))),
      weights,
      tree.ref(m),
      tree.ref(v),
    );
    rate.dispose();
    floor.dispose();
    return [value, moved, m, v];
  });
}

function training(weights, logits, batch, size, shape) {
  const examples = 8 * batch;
  const { data, ids } = learnable(examples, size, 10);
  const batches = Array.from({ length: 8 }, (_, at) => [
    np.array(data.slice(at * batch * size, (at + 1) * batch * size)).reshape([batch, ...shape]),
    nn.oneHot(np.array(ids.slice(at * batch, (at + 1) * batch)), 10),
  ]);
  const step = stepOf(logits);
  const zeros = () => tree.map((each) => np.zeros(each.shape), weights);
  let state = [weights, zeros(), zeros()];
  let count = 0;
  return {
    async run() {
      const [x, y] = batches[count % 8];
      count += 1;
      // √(v̂) = √v / √(1 − β₂ᵗ): the corrections go into the rate and epsilon.
      const root = Math.sqrt(1 - 0.999 ** count);
      const rate = np.array((1e-3 * root) / (1 - 0.9 ** count));
      const [loss, ...next] = step(...state, rate, np.array(1e-8 * root), x.ref, y.ref);
      state = next;
      const [value] = await loss.data();
      await jax.blockUntilReady(state);
      return { loss: value };
    },
    dispose() {
      for (const each of state) tree.dispose(each);
      for (const [x, y] of batches) {
        x.dispose();
        y.dispose();
      }
    },
  };
}

const biased = (x, weight, bias) => np.matmul(x, weight).add(bias);

await serve(start, {
  async mlp({ batch }) {
    const weights = {
      w1: dense('w1', 784, 256),
      b1: np.zeros([256]),
      w2: dense('w2', 256, 128),
      b2: np.zeros([128]),
      w3: dense('w3', 128, 10),
      b3: np.zeros([10]),
    };
    const logits = ({ w1, b1, w2, b2, w3, b3 }, x) =>
      biased(nn.relu(biased(nn.relu(biased(x, w1, b1)), w2, b2)), w3, b3);
    return training(weights, logits, batch, 784, [784]);
  },
  async 'seed-cnn'({ batch }) {
    const filter = (name, outgoing, incoming) => {
      const limit = Math.sqrt(6 / (9 * (incoming + outgoing)));
      return np
        .array(formula(name, outgoing * incoming * 9).map((value) => value * limit))
        .reshape([outgoing, incoming, 3, 3]);
    };
    const weights = {
      c1: filter('c1', 32, 1),
      a1: np.zeros([1, 32, 1, 1]),
      c2: filter('c2', 64, 32),
      a2: np.zeros([1, 64, 1, 1]),
      w1: dense('w1', 1600, 128),
      b1: np.zeros([128]),
      w2: dense('w2', 128, 10),
      b2: np.zeros([10]),
    };
    const pooled = (x, kernel, bias) => {
      const features = nn.relu(lax.conv(x, kernel, [1, 1], 'VALID').add(bias));
      return lax.reduceWindow(features, np.max, [2, 2], [2, 2]);
    };
    const logits = ({ c1, a1, c2, a2, w1, b1, w2, b2 }, x) => {
      const features = pooled(pooled(x, c1, a1), c2, a2).reshape([batch, 1600]);
      return biased(nn.relu(biased(features, w1, b1)), w2, b2);
    };
    return training(weights, logits, batch, 784, [1, 28, 28]);
  },
  async matmul({ m, k, n, transposeA, transposeB }) {
    const a = np.array(formula('a', m * k)).reshape(transposeA ? [k, m] : [m, k]);
    const b = np.array(formula('b', k * n)).reshape(transposeB ? [n, k] : [k, n]);
    const product = jax.jit((left, right) =>
      np.matmul(transposeA ? left.transpose() : left, transposeB ? right.transpose() : right),
    );
    const values = await product(a.ref, b.ref).data();
    return {
      check: values.reduce((sum, value) => sum + Math.abs(value), 0),
      async run() {
        const result = product(a.ref, b.ref);
        await result.blockUntilReady();
        result.dispose();
      },
      dispose() {
        a.dispose();
        b.dispose();
      },
    };
  },
});
process.exit(0);
