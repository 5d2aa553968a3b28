import { extractFeatures } from '@graft-ml/datasets/features';
import { freeze, classificationHead, cut, splitTrunk, withHead } from '@graft-ml/transfer';
import { mobilenet } from '../networks.mjs';
import { classified, training } from './training.mjs';

/** A new head on a frozen MobileNet v2: what a user would train, and the data. */
function probe(params) {
  const { examples, side } = params;
  const source = mobilenet(params);
  const head = classificationHead({ classes: 10 });
  const { network, model, backbonePaths } = withHead(cut(source, 'global_average_pooling2d'), head, { seed: 1 });
  const { frozen } = freeze(network, { paths: backbonePaths });
  const data = classified(examples, [side, side, 3]);
  const dispose = () => {
    source.dispose();
    model.dispose();
  };
  return { network, frozen, data, dispose };
}

export const linearProbeKinds = {
  /** The features once, then every epoch on them. */
  'linear-probe-cached': async (params) => {
    const { examples, batch, epochs } = params;
    const { network, frozen, data, dispose } = probe(params);
    const { trunk, tail } = splitTrunk(network, frozen);
    return {
      async run() {
        const features = await extractFeatures(trunk, data, { batchSize: batch });
        const train = training(
          { network: tail, data: features, batchSize: batch },
          epochs * Math.ceil(examples / batch),
        );
        const outcome = await train.run();
        await train.dispose();
        return outcome;
      },
      dispose,
    };
  },
  /** The whole network at every step: the backbone's weights are frozen, and its forward pass is run again. One epoch. */
  'linear-probe-naive': async (params) => {
    const { examples, batch } = params;
    const { network, frozen, data, dispose } = probe(params);
    const train = training({ network, frozen, data, batchSize: batch }, Math.ceil(examples / batch));
    return {
      run: train.run,
      async dispose() {
        await train.dispose();
        dispose();
      },
    };
  },
};
