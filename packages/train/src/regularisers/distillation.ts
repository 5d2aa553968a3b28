import * as tf from '@tensorflow/tfjs-core';
import { GraftError } from '@graft-ml/core';
import { checkNumber } from '../check-number.js';
import type { Term } from '../loop/term.js';

export interface DistillationOptions {
  /** The teacher's logits, [examples × classes], row by row, in the order of the training data. */
  readonly teacherLogits: Float32Array;
  readonly classes: number;
  /** T > 0: how much both sides are softened. Default 4. */
  readonly temperature?: number;
  /** Factor on the term, at least 0. Default 1. Set `lossWeight` for the other side of the mixture. */
  readonly weight?: number;
}

/**
 * Distillation: a student learns the teacher's softened outputs. Adds weight · T² · KL(softmax(t/T) ‖ softmax(s/T)), the mean
 * over the batch, in nats; T² keeps its gradients of the size of the labels' (Hinton, Vinyals & Dean 2015,
 * https://arxiv.org/abs/1503.02531, section 2). Goes with cross-entropy over classes.
 *
 * @throws GraftError `bad-input` for a temperature of 0 or less, or logits that are not of so many classes; from training,
 *   when the student has another number of classes
 *
 * @example
 * ```ts
 * import { distillation } from '@graft-ml/train/regularisers';
 * const term = distillation({ teacherLogits: Float32Array.of(2, 0, 0, 2), classes: 2, temperature: 2 });
 * console.log(term.name); // distillation T=2 weight=1
 * ```
 */
export function distillation(options: DistillationOptions): Term {
  const { teacherLogits, classes, temperature = 4, weight = 1 } = options;
  checkNumber('The temperature of distillation is', temperature, 'above 0');
  checkNumber('The weight of distillation is', weight, 'of at least 0');
  if (!Number.isSafeInteger(classes) || classes < 2 || teacherLogits.length % classes !== 0) {
    throw new GraftError({
      code: 'bad-input',
      what: `The teacher gave ${teacherLogits.length} logits, and there are ${classes} classes.`,
      expected: 'So many logits for each example were expected.',
      remedy: 'Use a teacher that was trained on the target’s classes.',
    });
  }
  return {
    name: `distillation T=${temperature} weight=${weight}`,
    compute({ batch, output }) {
      const rows = Float32Array.from(
        { length: batch.indices.length * classes },
        (_, at) => teacherLogits[(batch.indices[Math.floor(at / classes)] ?? 0) * classes + (at % classes)] ?? 0,
      );
      if (output.shape[1] !== classes) throw otherClasses(output.shape[1] ?? 0, classes);
      if (batch.indices.some((index) => (index + 1) * classes > teacherLogits.length)) throw otherExamples();
      const teacher = tf.div(tf.tensor2d(rows, [batch.indices.length, classes]), temperature);
      const wanted = tf.softmax(teacher);
      const divergence = tf.mul(wanted, tf.sub(tf.logSoftmax(teacher), tf.logSoftmax(tf.div(output, temperature))));
      return tf.mul(tf.sum(divergence), (weight * temperature ** 2) / batch.indices.length);
    },
  };
}

function otherExamples(): GraftError {
  return new GraftError({
    code: 'bad-input',
    what: 'The student was given an example that the teacher did not see.',
    expected: 'The teacher’s logits of all training examples, in their order, were expected.',
    remedy: 'Leave mixed or augmented views out, or show them to the teacher.',
  });
}

function otherClasses(student: number, teacher: number): GraftError {
  return new GraftError({
    code: 'bad-input',
    what: `The student has ${student} classes, and the teacher ${teacher}.`,
    expected: 'The same classes were expected.',
  });
}
