import * as tf from '@tensorflow/tfjs-core';
import type { ComposedKernel } from './composed-kernel.js';

/**
 * `tf.einsum` of one or two operands. tfjs 4.22's own, the same on every engine that has one, multiplies both operands
 * out elementwise before it sums, which takes many times the memory, and throws where axes that only one operand has are
 * summed away (`bsd,dc->bc`). Here two float32 operands become one batched matrix product.
 */
export const einsumKernel: ComposedKernel = {
  name: 'Einsum',
  compose({ inputs, attrs }) {
    const operands = Object.values(inputs);
    const given: unknown = attrs['equation'];
    if (typeof given !== 'string') return undefined;
    const equation = given.replace(/\s/g, '');
    // Refuses malformed equations, in the words that users of tfjs know.
    const { allDims, idDims } = tf.backend_util.decodeEinsumEquation(equation, operands.length);
    tf.backend_util.checkEinsumDimSizes(allDims.length, idDims, operands);
    const [left = '', output = ''] = equation.split('->');
    const [first, second] = left.split(',').flatMap((letters, at) => {
      const x = operands[at];
      return x === undefined ? [] : [{ letters, x }];
    });
    if (first === undefined) return undefined;
    return arrange(second === undefined ? sumAway(first, output) : contract(first, second, output), output).x;
  },
};

/** A tensor whose axes have one-letter names, as in an einsum term. */
interface Labelled {
  readonly letters: string;
  readonly x: tf.Tensor;
}

function contract(first: Labelled, second: Labelled, output: string): Labelled {
  const a = sumAway(first, output + second.letters);
  const b = sumAway(second, output + first.letters);
  const inner = select(a.letters, [b.letters], [output]);
  if (inner === '' || a.x.dtype !== 'float32' || b.x.dtype !== 'float32') return sumAway(multiply(a, b), output);
  const batch = select(output, [a.letters, b.letters]);
  const rows = select(output, [a.letters], [b.letters]);
  const columns = select(output, [b.letters], [a.letters]);
  const [count, m, k, n] = [volume(a, batch), volume(a, rows), volume(a, inner), volume(b, columns)];
  const product = tf.matMul(
    tf.reshape<tf.Rank.R3>(arrange(a, batch + rows + inner).x, [count, m, k]),
    tf.reshape<tf.Rank.R3>(arrange(b, batch + inner + columns).x, [count, k, n]),
  );
  const letters = batch + rows + columns;
  const shape = [...letters].map((letter) => sizeOf(a.letters.includes(letter) ? a : b, letter));
  return { letters, x: tf.reshape(product, shape) };
}

/** Elementwise product over the union of the axes, by broadcasting. */
function multiply(a: Labelled, b: Labelled): Labelled {
  const letters = a.letters + select(b.letters, [], [a.letters]);
  const spread = (term: Labelled): tf.Tensor =>
    tf.reshape(
      arrange(term, select(letters, [term.letters])).x,
      [...letters].map((letter) => sizeOf(term, letter)),
    );
  return { letters, x: tf.mul(spread(a), spread(b)) };
}

/** Sum over every axis that is not in `kept`. */
function sumAway(term: Labelled, kept: string): Labelled {
  const axes = [...term.letters].flatMap((letter, at) => (kept.includes(letter) ? [] : [at]));
  return axes.length === 0 ? term : { letters: select(term.letters, [kept]), x: tf.sum(term.x, axes) };
}

function arrange(term: Labelled, letters: string): Labelled {
  if (letters === term.letters) return term;
  return {
    letters,
    x: tf.transpose(
      term.x,
      [...letters].map((letter) => term.letters.indexOf(letter)),
    ),
  };
}

/** The letters that are in all of `among` and in none of `without`, in the order of `letters`. */
function select(letters: string, among: readonly string[], without: readonly string[] = []): string {
  return [...letters]
    .filter((each) => among.every((one) => one.includes(each)) && without.every((one) => !one.includes(each)))
    .join('');
}

/** 1 for an axis that the term does not have. */
function sizeOf(term: Labelled, letter: string): number {
  return term.x.shape[term.letters.indexOf(letter)] ?? 1;
}

function volume(term: Labelled, letters: string): number {
  return [...letters].reduce((total, letter) => total * sizeOf(term, letter), 1);
}
