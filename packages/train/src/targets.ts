import type { Dataset } from '@graft-ml/datasets';
import { accuracy, binaryAccuracy, meanAbsoluteError, type Metric } from '@graft-ml/metrics';
import { checkNumber } from './check-number.js';
import { refuse } from './refuse.js';
import type { Loss } from './losses/loss.js';

/**
 * Whether a dataset's targets, a loss and a head go together.
 *
 * @param units columns of the network's output
 * @throws GraftError `bad-input` naming what does not fit; for a label outside the head's classes, the example
 */
export function checkTargets(data: Dataset, loss: Loss, units: number): void {
  const { target } = data;
  const fits =
    target.kind === 'classes'
      ? loss.kind === 'cross-entropy' || (loss.kind === 'binary-cross-entropy' && units === 1)
      : target.kind === 'multi-label'
        ? loss.kind === 'binary-cross-entropy'
        : loss.kind === 'mean-squared-error' || loss.kind === 'mean-absolute-error';
  if (!fits) {
    refuse(
      `"${data.name}" has targets of kind "${target.kind}", and the loss is ${loss.kind} over ${units} outputs.`,
      'Classes go with cross-entropy, multi-label targets with binary cross-entropy, values with an error.',
    );
  }
  if (loss.kind === 'cross-entropy') {
    if (units < 2)
      refuse(
        `The head has ${units} output.`,
        'Cross-entropy over classes needs at least 2.',
        'Use binaryCrossEntropy() for one output.',
      );
    checkNumber('labelSmoothing is', loss.labelSmoothing ?? 0, 'from 0 to 1');
    const weights = loss.classWeights;
    if (
      weights !== undefined &&
      (weights.length !== units || !weights.every((weight) => weight >= 0 && Number.isFinite(weight)))
    ) {
      refuse(
        `classWeights are [${weights.join(', ')}].`,
        `${units} numbers of at least 0 were expected, one for each class.`,
      );
    }
  }
  if (target.kind === 'classes') {
    if (data.classes !== undefined) checkClassIds(data.classes, undefined, units, data.name);
    return;
  }
  const columns = target.kind === 'multi-label' ? target.labels.length : target.names.length;
  if (columns !== units) {
    refuse(
      `"${data.name}" has ${columns} target columns, and the head has ${units} outputs.`,
      'One output for each was expected.',
    );
  }
}

/**
 * @param indices which examples of the dataset these are; undefined for all, in order
 * @throws GraftError `bad-input` naming the first example whose label the head has no output for
 */
export function checkClassIds(
  ids: ArrayLike<number>,
  indices: ArrayLike<number> | undefined,
  units: number,
  name: string,
): void {
  const classes = units === 1 ? 2 : units;
  for (let at = 0; at < ids.length; at++) {
    const id = ids[at] ?? Number.NaN;
    if (id >= 0 && id < classes && Number.isInteger(id)) continue;
    refuse(
      `Example ${indices?.[at] ?? at} of "${name}" has label ${id}.`,
      `The head has ${classes} classes, 0 … ${classes - 1}.`,
      'Give the network a head with as many classes as the data have, or correct the label.',
    );
  }
}

/** @throws GraftError `bad-input` unless shares of classes, [B, classes], are of as many classes as the head has */
export function checkShares(shape: readonly number[], units: number, name: string): void {
  if (shape[1] === units) return;
  refuse(
    `The examples of "${name}" have shares of ${shape[1]} classes.`,
    `The head has ${units}.`,
    'Give the network a head with as many classes as the data have.',
  );
}

/** What to measure for a kind of target unless told otherwise. */
export function defaultMetrics(data: Dataset, units: number): Metric[] {
  if (data.target.kind === 'values') return [meanAbsoluteError()];
  return data.target.kind === 'classes' && units > 1 ? [accuracy()] : [binaryAccuracy()];
}
