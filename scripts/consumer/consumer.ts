/*
 * A user's program, small: scripts/check-packages.mjs type-checks it against the packed packages in an empty project,
 * and runs it.
 */
import { cpu } from '@graft-ml/backend-cpu';
import { createRng, networkOf, useBackend, type ActiveBackend } from '@graft-ml/core';
import { fileStore } from '@graft-ml/core/node';
import { stratifiedSubset, type Dataset } from '@graft-ml/datasets';
import { sketches } from '@graft-ml/datasets/sketches';
import { loadData } from '@graft-ml/datasets/node';
import { accuracy } from '@graft-ml/metrics';
import { recipe, type Recipe } from '@graft-ml/recipes';
import { comparisonTable } from '@graft-ml/report';
import { adam, fit, type TrainResult } from '@graft-ml/train';
import { classificationHead, cut, withHead } from '@graft-ml/transfer';
import { seedCnn } from '@graft-ml/zoo';
import { loadPretrained } from '@graft-ml/zoo/node';

const active: ActiveBackend = await useBackend(cpu());
const few: Dataset = stratifiedSubset(sketches().target.train, 4, createRng(1));
const labels = few.target.kind === 'classes' ? few.target.labels : [];
// Cut just before the head, so that this needs no convolution gradients: those take long on the cpu backend.
const backbone = cut(seedCnn({ inputShape: [28, 28, 1], classes: 3, seed: 1 }), 'dense1');
const { model, headPaths } = withHead(backbone, classificationHead({ labels }), { seed: 1 });
const network = networkOf(model);
const frozen = new Set(
  network.weights.map(({ name }) => name).filter((name) => !headPaths.some((path) => name.startsWith(`${path}/`))),
);
const result: TrainResult = await fit({
  network,
  data: few,
  frozen,
  optimizer: adam({ learningRate: 1e-3 }),
  steps: 1,
  batchSize: 2,
  seed: 1,
  metrics: [accuracy()],
}).result();
const fineTune: Recipe = recipe('fine-tune');
const functions = [fileStore, loadData, loadPretrained, comparisonTable];
console.log(
  active.engine,
  fineTune.name,
  result.steps,
  functions.every((each) => typeof each === 'function'),
);
