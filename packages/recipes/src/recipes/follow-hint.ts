import { createRng, networkOf, type Network, type Store } from '@graft-ml/core';
import { extractFeatures } from '@graft-ml/datasets/features';
import { adam, fit, type TrainResult } from '@graft-ml/train';
import { cut } from '@graft-ml/transfer';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { stagesOf } from '../depth-groups.js';
import type { RecipeTask } from '../recipe.js';
import { takeWeights } from '../surgery.js';
import { hintData, withRegressor } from './hint-regression.js';

/** Which layer of the teacher hints, and which of the student is guided: paths of their nodes. */
export interface HintLayers {
  readonly teacher: string;
  readonly student: string;
}

/** The layers in the middle of both, by the layers that have weights, below their heads. */
export function hintLayers(teacher: Network, student: Network): HintLayers {
  const middle = (network: Network): string => {
    const stages = stagesOf(network);
    return stages[Math.max(0, Math.floor(stages.length / 2) - 1)]?.path ?? '';
  };
  return { teacher: middle(teacher), student: middle(student) };
}

/**
 * The first stage of FitNets: train the student's layers up to the guided one, with a regressor on top that is thrown away
 * afterwards, to give what the teacher's hint layer gives, by mean squared error (Romero et al. 2015,
 * https://arxiv.org/abs/1412.6550, section 2.2). For feature maps the regressor is a convolution without padding, whose kernel
 * makes up for the difference in size; for vectors it is dense. The hints are computed once.
 *
 * @returns how that went; its losses are mean squared errors
 * @throws GraftError `not-found` for a layer that does not exist, `bad-input` for features that do not go together
 */
export async function followHint(
  task: RecipeTask,
  teacher: Network,
  student: LayersModel,
  { teacher: hint, student: guided }: HintLayers,
  store?: Store,
): Promise<TrainResult> {
  const { signal, onProgress, train, budget, seed } = task;
  const hinting = cut(teacher, hint);
  const guidedPart = cut(networkOf(student), guided);
  const regression = withRegressor(guidedPart.network, guidedPart.featureShapes, hinting.featureShapes, seed);
  try {
    const hints = await extractFeatures(hinting.network, train, { store, signal, onProgress });
    const network = networkOf(regression);
    const data = hintData(train, hints);
    const result = await fit({
      network,
      data,
      steps: budget.steps,
      epochs: budget.epochs,
      batchSize: Math.min(budget.batchSize, train.size),
      optimizer: adam({ learningRate: budget.learningRate }),
      seed: createRng(seed).fork('hint').seed(),
      signal,
    }).result();
    takeWeights(networkOf(student), network);
    return result;
  } finally {
    regression.dispose();
  }
}
