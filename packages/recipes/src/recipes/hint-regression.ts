import { buildModel, createRng, GraftError, type Network, type Shape } from '@graft-ml/core';
import type { Dataset } from '@graft-ml/datasets';
import * as tf from '@tensorflow/tfjs-core';
import * as layers from '@tensorflow/tfjs-layers';

/** The student's first layers, and a layer on top that gives features of the teacher's shape, flattened. */
export function withRegressor(
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
export function hintData(train: Dataset, hints: Dataset): Dataset {
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
