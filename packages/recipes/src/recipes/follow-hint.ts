import { buildModel, createRng, GraftError, networkOf, type Network, type Shape, type Store } from '@graft-ml/core';
import type { Dataset } from '@graft-ml/datasets';
import { extractFeatures } from '@graft-ml/datasets/features';
import { adam, fit, type TrainResult } from '@graft-ml/train';
import { cut } from '@graft-ml/transfer';
import * as tf from '@tensorflow/tfjs-core';
import * as layers from '@tensorflow/tfjs-layers';
import { stagesOf } from '../depth-groups.js';
import type { RecipeTask } from '../recipe.js';
import { takeWeights } from '../surgery.js';

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
  student: layers.LayersModel,
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

/** The student's first layers, and a layer on top that gives features of the teacher's shape, flattened. */
function withRegressor(
  network: Network,
  [own = []]: readonly Shape[],
  [wanted = []]: readonly Shape[],
  seed: number,
): layers.LayersModel {
  const [ours, theirs] = [own.slice(1), wanted.slice(1)];
  const gap = [0, 1].map((axis) => (ours[axis] ?? 0) - (theirs[axis] ?? 0));
  const maps = ours.length === 3 && theirs.length === 3;
  const fits = maps ? gap.every((each) => each >= 0) : ours.length === 1 && theirs.length === 1;
  const channels = theirs.at(-1);
  if (!fits || typeof channels !== 'number' || [...ours, ...theirs].includes(null)) {
    throw new GraftError({
      code: 'bad-input',
      what: `The student’s layer gives features [${ours.join(', ')}], and the teacher’s [${theirs.join(', ')}].`,
      expected: 'Two vectors, or two feature maps of which the student’s is no smaller, were expected.',
      remedy: 'Name other layers as the hint.',
    });
  }
  const base = buildModel(network, 'hint');
  const kernelInitializer = layers.initializers.glorotUniform({ seed: createRng(seed).fork('regressor').seed() });
  const [height = 0, width = 0] = gap;
  const regressor = maps
    ? layers.layers.conv2d({
        filters: channels,
        kernelSize: [height + 1, width + 1],
        kernelInitializer,
        name: 'regressor',
      })
    : layers.layers.dense({ units: channels, kernelInitializer, name: 'regressor' });
  const top = [regressor, ...(maps ? [layers.layers.flatten({ name: 'regressor_flat' })] : [])];
  let output: unknown = base.outputs[0];
  for (const layer of top) if (output instanceof layers.SymbolicTensor) output = layer.apply(output);
  if (output instanceof layers.SymbolicTensor)
    return layers.model({ inputs: base.inputs, outputs: output, name: 'hint' });
  throw new GraftError({ code: 'internal', what: 'The regressor gave no symbolic tensor.' });
}

/** The training examples with the teacher's features, flattened, as targets. */
function hintData(train: Dataset, hints: Dataset): Dataset {
  const width = (hints.inputShapes[0] ?? []).reduce((product, size) => product * size, 1);
  return {
    name: `${train.name} (hints)`,
    size: train.size,
    inputShapes: train.inputShapes,
    target: { kind: 'values', names: Array.from({ length: width }, (_, at) => String(at)) },
    fingerprint: async () => `${await train.fingerprint()} ${await hints.fingerprint()}`,
    async batch(indices) {
      const [own, theirs] = [await train.batch(indices), await hints.batch(indices)];
      const [features] = theirs.inputs;
      const targets = tf.tidy(() => tf.reshape(features ?? tf.zeros([0]), [own.indices.length, width]));
      tf.dispose([own.targets, theirs.targets, ...theirs.inputs]);
      return { ...own, targets };
    },
  };
}
