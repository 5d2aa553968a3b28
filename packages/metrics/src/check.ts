import { GraftError } from '@graft-ml/core';

/**
 * The number of examples in a batch whose targets are class ids, after checking every size and id. Nothing is counted
 * before the whole batch is known to be good, so that a refused batch leaves a metric as it was.
 *
 * @param seen examples before this batch, so that messages number examples over the whole stream
 */
export function checkClasses(
  metric: string,
  outputs: Float32Array,
  targets: ArrayLike<number>,
  outputSize: number,
  seen: number,
): number {
  const examples = checkRows(metric, outputs, outputSize);
  if (targets.length !== examples) {
    throw new GraftError({
      code: 'bad-input',
      what: `${metric}: ${examples} rows of ${outputSize} outputs came with ${targets.length} targets.`,
      expected: 'There must be one class id for each row.',
    });
  }
  for (let row = 0; row < examples; row++) {
    const id = targets[row];
    if (id === undefined || !Number.isInteger(id) || id < 0 || id >= outputSize) {
      throw new GraftError({
        code: 'bad-input',
        what: `${metric}: example ${seen + row} has label ${id}, which is not one of the ${outputSize} classes.`,
        expected: `A label must be a whole number from 0 to ${outputSize - 1}.`,
        remedy:
          outputSize === 1
            ? 'For a single sigmoid output use binaryAccuracy.'
            : 'Check that the head has as many classes as the data set has labels.',
      });
    }
  }
  return examples;
}

/** The number of examples in a batch whose targets are values, one for each output. */
export function checkValues(
  metric: string,
  outputs: Float32Array,
  targets: ArrayLike<number>,
  outputSize: number,
): number {
  const examples = checkRows(metric, outputs, outputSize);
  if (targets.length !== outputs.length) {
    throw new GraftError({
      code: 'bad-input',
      what: `${metric}: ${examples} × ${outputSize} outputs came with ${targets.length} target values.`,
      expected: `There must be one target for each output, ${outputs.length} in all.`,
    });
  }
  return examples;
}

function checkRows(metric: string, outputs: Float32Array, outputSize: number): number {
  if (!Number.isInteger(outputSize) || outputSize < 1) {
    throw new GraftError({
      code: 'bad-input',
      what: `${metric}: the output size is ${outputSize}.`,
      expected: 'It must be a whole number of at least 1.',
    });
  }
  if (outputs.length % outputSize !== 0) {
    throw new GraftError({
      code: 'bad-input',
      what: `${metric}: ${outputs.length} outputs do not divide into rows of ${outputSize}.`,
      expected: 'The outputs must be n × outputSize numbers, row by row.',
    });
  }
  return outputs.length / outputSize;
}
