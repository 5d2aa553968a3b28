import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import * as tf from '@tensorflow/tfjs-core';
import { wasm } from '@graft-ml/backend-wasm';
import { networkOf, predict, useBackend } from '@graft-ml/core';
import { batches, disposeBatch } from '@graft-ml/datasets';
import { loadData } from '@graft-ml/datasets/node';
import { zooEntry } from '../src/index.js';
import { loadPretrained } from '../src/node/index.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const dataDir = resolve(root, process.env['GRAFT_DATA_DIR'] ?? '../shared/data');
const entry = zooEntry('seed-cnn/mnist');
const reason = !existsSync(resolve(dataDir, 'mnist'))
  ? `mnist is not in ${dataDir}; set GRAFT_DATA_DIR`
  : entry.sha256 === undefined
    ? 'the weights of seed-cnn/mnist are not trained yet'
    : undefined;
if (reason !== undefined) console.warn(`Skipped: ${reason}.`);

describe.skipIf(reason !== undefined)('the weights of seed-cnn/mnist', () => {
  it('are right on at least 99.0 % of the 10,000 test pictures, and as often as the entry says', async () => {
    await useBackend(wasm());
    const { test } = await loadData('mnist', { dataDir, offline: true });
    const network = networkOf((await loadPretrained('seed-cnn/mnist')).model);
    let right = 0;
    for await (const batch of batches(test, { batchSize: 500 })) {
      const outputs = predict(network, batch.inputs);
      const hits = tf.tidy(() => countHits(outputs, batch.targets));
      right += (await hits.data())[0] ?? 0;
      for (const tensor of [hits, ...outputs]) tensor.dispose();
      disposeBatch(batch);
    }
    expect(test.size).toBe(10_000);
    expect(right / test.size).toBeGreaterThanOrEqual(0.99);
    // Engines round differently: a picture or two may fall on the other side.
    expect(Math.abs(right / test.size - (entry.testAccuracy ?? 0))).toBeLessThan(0.0005);
  });
});

function countHits(outputs: readonly tf.Tensor[], targets: tf.Tensor): tf.Tensor {
  const [probabilities] = outputs;
  if (probabilities === undefined) throw new Error('one output was expected');
  return tf.sum(tf.cast(tf.equal(tf.argMax(probabilities, -1), targets), 'int32'));
}
