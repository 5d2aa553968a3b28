import { writeFile } from 'node:fs/promises';
import { wasm } from '@graft-ml/backend-wasm';
import { createRng, networkOf, useBackend } from '@graft-ml/core';
import { stratifiedSubset } from '@graft-ml/datasets';
import { loadData } from '@graft-ml/datasets/node';
import { accuracy } from '@graft-ml/metrics';
import { compare, recipe } from '@graft-ml/recipes';
import { comparisonTable, renderReport } from '@graft-ml/report';
import { adam, evaluate, fit } from '@graft-ml/train';
import { classificationHead, cut, withHead } from '@graft-ml/transfer';
import { seedCnn } from '@graft-ml/zoo';
import { VERSION, options } from './options.js';

const { labels, steps, sourceSteps, testExamples, seeds, report } = options();
const backend = await useBackend(wasm());
const training = { optimizer: adam({ learningRate: 1e-3 }), batchSize: 32, seed: 1 };
const rng = createRng(1);

// 1. Train the source: the document's CNN learns digits.
const mnist = await loadData('mnist');
const source = seedCnn({ seed: 1 });
await fit({ network: networkOf(source), data: mnist.train, steps: sourceSteps, ...training }).result();
const digits = await evaluate(networkOf(source), stratifiedSubset(mnist.test, testExamples, rng), {
  metrics: [accuracy()],
});
const testAccuracy = digits.metrics['accuracy'] ?? 0;
console.log(`source: ${(100 * testAccuracy).toFixed(2)} % of MNIST's test images`);

// 2. Choose the target data: clothes, of which only a few are labelled.
const fashion = await loadData('fashion-mnist');
const train = stratifiedSubset(fashion.train, labels, rng.fork('labels'));
const test = stratifiedSubset(fashion.test, testExamples, rng.fork('test'));

// 3. Reuse the feature layers: all that comes before the first dense layer.
const backbone = cut(source, 'flatten');

// 4. Replace the output layer: a new dense layer and a softmax over the ten kinds of clothes.
const classes = fashion.train.target.kind === 'classes' ? fashion.train.target.labels : [];
const { network } = withHead(backbone, classificationHead({ labels: classes, hidden: [128] }), { seed: 1 });

// 5. Train: every layer goes on learning, from what the digits taught it.
await fit({ network, data: train, steps, ...training }).result();
const clothes = await evaluate(network, test, { metrics: [accuracy()] });
console.log(
  `target: ${(100 * (clothes.metrics['accuracy'] ?? 0)).toFixed(2)} % of Fashion-MNIST's, from ${labels} labels`,
);

// 6. Evaluate against other methods: same labels, same steps, one look at the test data for each.
const record = await compare({
  source: { name: 'seed-cnn on mnist', model: source, testAccuracy, defaultCut: 'flatten' },
  target: { name: 'fashion-mnist', train: fashion.train, test },
  recipes: ['scratch', 'frozen', 'fine-tune', 'seed-layer2'].map((name) => recipe(name)),
  labels: [labels],
  seeds: Array.from({ length: seeds }, (_, seed) => seed),
  budget: () => ({ steps, batchSize: 32, learningRate: 1e-3 }),
  backend,
  graftVersion: VERSION,
});
console.log(comparisonTable(record));
await writeFile(report, renderReport(record));
