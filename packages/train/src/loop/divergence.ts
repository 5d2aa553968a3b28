import type * as tf from '@tensorflow/tfjs-core';
import { GraftError } from '@graft-ml/core';
import type { Batch } from '@graft-ml/datasets';
import type { Plan } from './plan.js';

/** The error for a loss that is not finite: which parameter groups, and which examples, hold NaN or infinity. */
export async function divergence(
  plan: Plan,
  step: number,
  loss: number,
  batch: Batch,
  grads: tf.NamedTensorMap,
): Promise<GraftError> {
  const found: string[] = [];
  for (const group of plan.groups) {
    const gradients = group.weights.flatMap(({ variable }) => grads[variable.name] ?? []);
    const parts = [
      ...((await allFinite(group.weights.map((weight) => weight.variable))) ? [] : ['weights']),
      ...((await allFinite(gradients)) ? [] : ['gradients']),
    ];
    if (parts.length > 0) found.push(`the ${parts.join(' and ')} of the parameter group "${group.name}"`);
  }
  const example = await firstBadExample(batch);
  const data = example === undefined ? '' : ` Example ${example} of "${plan.data.name}" holds NaN or infinity.`;
  return new GraftError({
    code: 'diverged',
    what: `Training diverged at step ${step} of ${plan.steps}: the loss is ${loss}. Not finite: ${found.join('; ') || 'only the loss'}.${data}`,
    remedy:
      example === undefined
        ? 'Lower the learning rate, clip the gradients (clipNorm), or check the range of the inputs.'
        : 'Remove or repair that example. The weights are as they were before this step.',
  });
}

/**
 * Look for weights that are not finite after an update whose loss still was.
 *
 * @throws GraftError `diverged` naming step and parameter group
 */
export async function checkWeights(plan: Plan, step: number): Promise<void> {
  for (const group of plan.groups) {
    if (await allFinite(group.weights.map((weight) => weight.variable))) continue;
    throw new GraftError({
      code: 'diverged',
      what: `Training diverged: after step ${step} of ${plan.steps} the weights of the parameter group "${group.name}" are not finite.`,
      remedy: 'Lower the learning rate, clip the gradients (clipNorm), or check the range of the inputs.',
    });
  }
}

/** The number, within its dataset, of the first example of a batch that holds NaN or infinity; undefined when none does. */
export async function firstBadExample(batch: Batch): Promise<number | undefined> {
  for (const tensor of [...batch.inputs, batch.targets]) {
    const data = await tensor.data();
    const at = data.findIndex((value) => !Number.isFinite(value));
    const size = data.length / batch.indices.length;
    if (at >= 0) return batch.indices[Math.floor(at / size)];
  }
  return undefined;
}

async function allFinite(tensors: readonly tf.Tensor[]): Promise<boolean> {
  for (const tensor of tensors) {
    if (!(await tensor.data()).every((value) => Number.isFinite(value))) return false;
  }
  return true;
}
