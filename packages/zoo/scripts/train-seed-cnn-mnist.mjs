// Trains the weights that ship as seed-cnn/mnist and pins them: node packages/zoo/scripts/train-seed-cnn-mnist.mjs
// The plan (8 epochs of Adam with a cosine rate, batches of 64) was fixed before the test images were looked at once,
// at the end. GRAFT_DATA_DIR may name a folder with mnist/; otherwise the files come from the cache or the web.
import { createHash } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { wasm } from '@graft-ml/backend-wasm';
import { networkOf, saveBundle, TENSORFLOW_VERSION, useBackend } from '@graft-ml/core';
import { fileStore } from '@graft-ml/core/node';
import { loadData } from '@graft-ml/datasets/node';
import { adam, evaluate, fit } from '@graft-ml/train';
import { seedCnn, zooEntry } from '@graft-ml/zoo';

const SEED = 20_26;
const EPOCHS = 8;
const BATCH = 64;
const RATE = 2e-3;

const backend = await useBackend(wasm());
const { train, test } = await loadData(
  'mnist',
  process.env.GRAFT_DATA_DIR ? { dataDir: process.env.GRAFT_DATA_DIR } : {},
);
const model = seedCnn({ seed: SEED });
const network = networkOf(model);
const training = fit({
  network,
  data: train,
  epochs: EPOCHS,
  batchSize: BATCH,
  optimizer: adam({ learningRate: RATE }),
  schedule: { kind: 'cosine', to: 0 },
  seed: SEED,
});
for await (const event of training) {
  if (event.type === 'epoch') console.log(JSON.stringify(event));
}
const result = await training.result();
const { loss, metrics } = await evaluate(network, test);
console.log(`test accuracy ${metrics.accuracy}, loss ${loss}, ${result.steps} steps in ${result.seconds.toFixed(0)} s`);

const folder = fileURLToPath(new URL('../weights/seed-cnn-mnist', import.meta.url));
const script = await readFile(fileURLToPath(import.meta.url));
const entry = zooEntry('seed-cnn/mnist');
await rm(folder, { recursive: true, force: true });
await saveBundle(fileStore(folder), model, {
  target: { kind: 'classes', labels: entry.labels },
  preprocessing: { inputShape: entry.inputShape, range: entry.range },
  provenance: {
    testAccuracy: metrics.accuracy,
    script: 'packages/zoo/scripts/train-seed-cnn-mnist.mjs',
    scriptSha256: createHash('sha256').update(script).digest('hex'),
    seed: SEED,
    epochs: EPOCHS,
    batchSize: BATCH,
    optimizer: `adam, learning rate ${RATE}, cosine to 0`,
    data: { name: train.name, train: await train.fingerprint(), test: await test.fingerprint() },
    backend: backend.name,
    backendDetails: backend.details,
    tfjs: TENSORFLOW_VERSION,
  },
});
await import('./pin-weights.mjs');
