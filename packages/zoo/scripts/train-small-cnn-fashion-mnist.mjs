// Trains small-cnn on Fashion-MNIST: node packages/zoo/scripts/train-small-cnn-fashion-mnist.mjs <folder> [--threads 2] [--no-test]
// The plan was fixed on 5,000 of the training images, which are held out here too; the test images are looked at once, at the end,
// and with --no-test never. Killed, it goes on from its checkpoint in the folder, where the bundle and a result.json end up.
// GRAFT_DATA_DIR may name a folder with fashion-mnist/; otherwise the files come from the cache or the web.
import { parseArgs } from 'node:util';
import { wasm } from '@graft-ml/backend-wasm';
import { createRng, networkOf, parameterCount, saveBundle, TENSORFLOW_VERSION, useBackend } from '@graft-ml/core';
import { fileStore } from '@graft-ml/core/node';
import { splitDataset } from '@graft-ml/datasets';
import { augmentedViews } from '@graft-ml/datasets/augment';
import { loadData } from '@graft-ml/datasets/node';
import { adamW, crossEntropy, evaluate, fit } from '@graft-ml/train';
import { oneCycle } from '@graft-ml/train/schedules';
import { smallCnn, zooEntry } from '@graft-ml/zoo';

const SEED = 1;
const EPOCHS = 12;
const BATCH = 128;
const PEAK_RATE = 6e-3;
const WEIGHT_DECAY = 1e-2;
const LABEL_SMOOTHING = 0.1;
const HELD_OUT = 5000;
/** @type {import('@graft-ml/datasets/augment').Augmentation} */
const AUGMENTATION = { flip: 0.5, shift: 1, beyond: 'black' };

const { values: typed, positionals } = parseArgs({
  allowPositionals: true,
  options: { threads: { type: 'string', default: '2' }, 'no-test': { type: 'boolean', default: false } },
});
const [folder] = positionals;
if (folder === undefined) throw new Error('A folder for the model was expected.');
const store = fileStore(folder);

const backend = await useBackend(wasm({ threads: Number(typed.threads) }));
const dataDir = process.env.GRAFT_DATA_DIR;
const { train: whole, test } = await loadData('fashion-mnist', dataDir === undefined ? {} : { dataDir });
const [train, validation] = splitDataset(whole, 1 - HELD_OUT / whole.size, createRng(SEED).fork('validation'));
const views = augmentedViews(train, AUGMENTATION, { views: EPOCHS, seed: SEED });
const model = smallCnn({ seed: SEED });
const network = networkOf(model);
const stepsPerEpoch = Math.ceil(train.size / BATCH);
const training = fit({
  network,
  data: views,
  validation,
  steps: EPOCHS * stepsPerEpoch,
  batchSize: BATCH,
  optimizer: adamW({ learningRate: PEAK_RATE, weightDecay: WEIGHT_DECAY }),
  schedule: oneCycle(),
  loss: crossEntropy({ labelSmoothing: LABEL_SMOOTHING }),
  seed: SEED,
  validateEvery: stepsPerEpoch,
  checkpoint: { store, everySteps: 100 },
  resume: true,
});
let cpu = process.cpuUsage();
for await (const event of training) {
  if (event.type === 'step' && event.step % 20 === 0) {
    const { user, system } = process.cpuUsage(cpu);
    console.log(
      `step ${event.step}, loss ${event.loss.toFixed(4)}, ${((user + system) / 2e4).toFixed(0)} ms of CPU a step`,
    );
    cpu = process.cpuUsage();
  }
  if (event.type === 'validation') console.log(JSON.stringify(event));
}
const { steps, seconds } = await training.result();
const held = await evaluate(network, validation);
const tested = typed['no-test'] ? undefined : await evaluate(network, test);
const facts = {
  architecture: 'small-cnn',
  parameters: parameterCount(network.weights),
  validationAccuracy: held.metrics['accuracy'],
  ...(tested === undefined ? {} : { testAccuracy: tested.metrics['accuracy'], testLoss: tested.loss }),
  seconds: Math.round(seconds),
  steps,
  seed: SEED,
  epochs: EPOCHS,
  batchSize: BATCH,
  optimizer: `AdamW, weight decay ${WEIGHT_DECAY}, one cycle to ${PEAK_RATE}`,
  labelSmoothing: LABEL_SMOOTHING,
  augmentation: AUGMENTATION,
  data: { name: whole.name, train: await train.fingerprint(), test: await test.fingerprint() },
  backend: backend.name,
  backendDetails: backend.details,
  tfjs: TENSORFLOW_VERSION,
};
const { inputShape, range } = zooEntry('small-cnn');
await saveBundle(store, model, { target: whole.target, preprocessing: { inputShape, range }, provenance: facts });
await store.write('result.json', new TextEncoder().encode(`${JSON.stringify(facts, null, 2)}\n`));
console.log(JSON.stringify(facts));
