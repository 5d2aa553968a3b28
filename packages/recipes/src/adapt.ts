import { networkOf, parameterCount } from '@graft-ml/core';
import type { Dataset } from '@graft-ml/datasets';
import { extractFeatures } from '@graft-ml/datasets/features';
import { adam, fit } from '@graft-ml/train';
import { splitTrunk } from '@graft-ml/transfer';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { RecipeOutcome, RecipeTask } from './recipe.js';

/**
 * Train what is not frozen of a model on the task's data: the frozen trunk, if there is one, maps the data once, and
 * only the tail is trained. The end of every recipe.
 *
 * @param model the model to adapt, in place; on success it belongs to the outcome, on failure it is disposed
 * @param frozen names of the weights that stay as they are
 */
export async function adapt(task: RecipeTask, model: LayersModel, frozen: ReadonlySet<string>): Promise<RecipeOutcome> {
  try {
    const started = performance.now();
    const network = networkOf(model);
    const { trunk, tail } = splitTrunk(network, frozen);
    const through = (data: Dataset): Promise<Dataset> =>
      trunk === undefined
        ? Promise.resolve(data)
        : extractFeatures(trunk, data, {
            ...(task.onProgress === undefined ? {} : { onProgress: task.onProgress }),
            ...(task.signal === undefined ? {} : { signal: task.signal }),
          });
    const data = await through(task.train);
    const validation = task.validation === undefined ? undefined : await through(task.validation);
    const { batchSize, learningRate, steps, epochs } = task.budget;
    const training = fit({
      network: tail,
      data,
      ...(validation === undefined ? {} : { validation }),
      ...(steps === undefined ? {} : { steps }),
      ...(epochs === undefined ? {} : { epochs }),
      ...(task.signal === undefined ? {} : { signal: task.signal }),
      ...(task.checkpoint === undefined ? {} : { checkpoint: task.checkpoint }),
      ...(task.resume === undefined ? {} : { resume: task.resume }),
      batchSize: Math.min(batchSize, data.size),
      optimizer: adam({ learningRate }),
      seed: task.seed,
      frozen,
    });
    for await (const event of training) task.onEvent?.(event);
    const result = await training.result();
    const trainable = network.weights.filter((weight) => !weight.statistic && !frozen.has(weight.name));
    return {
      model,
      frozen,
      trainableParameters: parameterCount(trainable),
      totalParameters: parameterCount(network.weights),
      result,
      trainSeconds: (performance.now() - started) / 1000,
    };
  } catch (thrown) {
    model.dispose();
    throw thrown;
  }
}
