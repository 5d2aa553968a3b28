import { GraftError } from '@graft-ml/core';
import type { Dataset } from '@graft-ml/datasets';
import { featureTable } from './feature-table.js';
import type { LinearSolution } from './linear-solution.js';

/**
 * Nearest class mean: an example belongs to the class whose mean features are nearest. That is a linear layer, since
 * −‖x − μ‖²/T = 2μ·x/T − ‖μ‖²/T up to what all classes share (Mensink et al. 2013; the prototypes of Snell, Swersky & Zemel
 * 2017, https://arxiv.org/abs/1703.05175, section 2.4). T only makes the probabilities softer: it is the mean squared distance
 * of the examples to their own means.
 *
 * @throws GraftError `bad-input` unless the targets are classes, or when a class has no example
 */
export async function classMeans(
  data: Dataset,
  options: { readonly signal?: AbortSignal | undefined } = {},
): Promise<LinearSolution> {
  if (data.target.kind !== 'classes') {
    throw new GraftError({
      code: 'bad-input',
      what: `"${data.name}" has targets of kind "${data.target.kind}".`,
      expected: 'Class means need classes.',
    });
  }
  const { rows, width, outputs, features, targets } = await featureTable(data, options.signal);
  const classOf = Int32Array.from({ length: rows }, (_, row) =>
    targets.subarray(row * outputs, (row + 1) * outputs).indexOf(1),
  );
  const counts = new Float64Array(outputs);
  const means = new Float64Array(width * outputs);
  for (const id of classOf) counts[id] = (counts[id] ?? 0) + 1;
  const empty = counts.indexOf(0);
  if (empty >= 0) {
    throw new GraftError({
      code: 'bad-input',
      what: `The class "${data.target.labels[empty] ?? empty}" has no example in "${data.name}".`,
      expected: 'At least one example of each class was expected.',
    });
  }
  for (const [at, value] of features.entries()) {
    const id = classOf[Math.floor(at / width)] ?? 0;
    const place = (at % width) * outputs + id;
    means[place] = (means[place] ?? 0) + value / (counts[id] ?? 1);
  }
  let spread = 0;
  for (const [at, value] of features.entries()) {
    const id = classOf[Math.floor(at / width)] ?? 0;
    spread += (value - (means[(at % width) * outputs + id] ?? 0)) ** 2 / rows;
  }
  const temperature = spread > 0 ? spread : 1;
  const bias = new Float64Array(outputs);
  for (const [at, mean] of means.entries()) bias[at % outputs] = (bias[at % outputs] ?? 0) - mean ** 2 / temperature;
  return {
    kernel: Float32Array.from(means, (mean) => (2 * mean) / temperature),
    bias: Float32Array.from(bias),
    losses: [],
    converged: true,
  };
}
