import { GraftError, networkOf, parameterCount } from '@graft-ml/core';
import { featureTable } from '@graft-ml/train/solvers';
import { cut, freeze, headFor, withHead } from '@graft-ml/transfer';
import { withNearestHead } from '@graft-ml/transfer/heads';
import { settingOf, type Recipe, type RecipeTask } from '../recipe.js';
import { penultimate } from '../surgery.js';
import { splitAtHead, throughTrunk } from '../through-trunk.js';

/**
 * k nearest neighbours on the source's features: the k labelled examples that are nearest vote (Cover & Hart 1967,
 * https://doi.org/10.1109/TIT.1967.1053964). Nothing is trained; the model holds the examples' features.
 *
 * @param at the layers whose features are compared, `conv2` or `conv1@dense1`; the deepest when left out
 */
export function nearestAt(at?: string): Recipe {
  const name = at === undefined ? 'knn' : `knn@${at}`;
  return {
    name,
    summary: 'the k labelled examples whose features are nearest vote; nothing to train',
    rateless: true,
    frozenBackbone: true,
    settings: { k: [5, 1, 15] },
    async run(task) {
      const started = performance.now();
      const { target, size } = task.train;
      if (target.kind !== 'classes') {
        throw new GraftError({
          code: 'bad-input',
          what: `"${task.train.name}" has targets of kind "${target.kind}".`,
          expected: 'Nearest neighbours vote for classes.',
          remedy: 'Use ridge.',
        });
      }
      const backbone = cut(task.source, at === undefined ? penultimate(networkOf(task.source)).path : at.split('@'));
      const { features, classes } = await remembered(task, backbone);
      const neighbours = Math.min(settingOf(task, 'k', 5), size);
      const grafted = withNearestHead(backbone, target.labels, { features, classes, neighbours, name: 'knn' });
      const { frozen } = freeze(grafted.network, { paths: grafted.backbonePaths });
      const seconds = (performance.now() - started) / 1000;
      return {
        model: grafted.model,
        frozen,
        trainableParameters: 0,
        totalParameters: parameterCount(grafted.network.weights),
        result: { steps: 1, epochs: 1, seconds, history: [], stopReason: 'target' },
        trainSeconds: seconds,
      };
    },
  };
}

/** The features of the training examples, as a head sees them, and their classes. */
async function remembered(
  task: RecipeTask,
  backbone: ReturnType<typeof cut>,
): Promise<{ readonly features: Float32Array; readonly classes: Int32Array }> {
  const probe = withHead(backbone, headFor(task.train.target), { seed: task.seed });
  try {
    const { frozen } = freeze(probe.network, { paths: probe.backbonePaths });
    const data = await throughTrunk(task, splitAtHead(probe, frozen).trunk, task.train);
    const { features, targets, rows, outputs } = await featureTable(data, task.signal);
    const classOf = (row: number): number => targets.subarray(row * outputs, (row + 1) * outputs).indexOf(1);
    return { features, classes: Int32Array.from({ length: rows }, (_, row) => classOf(row)) };
  } finally {
    probe.model.dispose();
  }
}
