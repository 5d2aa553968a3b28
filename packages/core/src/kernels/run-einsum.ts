import { backend_util, type DataType } from '@tensorflow/tfjs-core';
import { GraftError } from '../errors/graft-error.js';

/** A tensor whose axes have one-letter names, as in an einsum term. */
export interface Labelled<T extends Shaped> {
  readonly letters: string;
  readonly tensor: T;
}

interface Shaped {
  readonly shape: readonly number[];
  readonly dtype: DataType;
}

/** How the axes of two operands meet: in all three tensors, in the first and the output, in the second and it, in both alone. */
export interface EinsumGroups {
  readonly batch: string;
  readonly rows: string;
  readonly columns: string;
  readonly inner: string;
}

/** What an engine does for an einsum, on whatever it calls a tensor. Who implements this owns what it makes. */
export interface EinsumOps<T extends Shaped> {
  /** Without the summed axes. */
  sum(x: T, axes: number[]): T;
  transpose(x: T, permutation: number[]): T;
  reshape(x: T, shape: number[]): T;
  /** Elementwise, by broadcasting. */
  multiply(a: T, b: T): T;
  /** [count, m, k] × [count, k, n] of float32; an operand that is marked has its last two axes exchanged. */
  product(a: T, b: T, transposeA: boolean, transposeB: boolean): T;
  /** From the operands' own layouts into the output's, where the engine can. */
  direct?(a: Labelled<T>, b: Labelled<T>, groups: EinsumGroups, output: string): T | undefined;
}

/**
 * `tf.einsum` of one or two operands on any engine: sums that concern one operand come first, then two float32 operands
 * become one batched matrix product, others an elementwise product and a sum.
 *
 * @returns a tensor that `ops` made, or the only operand itself
 * @throws Error in tfjs's words for a malformed equation; GraftError `bad-input` for operands that do not fit it
 */
export function runEinsum<T extends Shaped>(ops: EinsumOps<T>, equation: string, operands: readonly T[]): T {
  const packed = equation.replace(/\s/g, '');
  backend_util.decodeEinsumEquation(packed, operands.length);
  const [left = '', output = ''] = packed.split('->');
  const terms = left.split(',').flatMap((letters, at) => {
    const tensor = operands[at];
    return tensor === undefined ? [] : [{ letters, tensor }];
  });
  checkSizes(terms);
  const [first, second] = terms;
  if (first === undefined) throw new GraftError({ code: 'bad-input', what: 'An einsum needs an operand.' });
  const contracted = second === undefined ? sumAway(ops, first, output) : contract(ops, first, second, output);
  return arrange(ops, contracted, output).tensor;
}

function contract<T extends Shaped>(
  ops: EinsumOps<T>,
  first: Labelled<T>,
  second: Labelled<T>,
  output: string,
): Labelled<T> {
  const a = sumAway(ops, first, output + second.letters);
  const b = sumAway(ops, second, output + first.letters);
  const inner = select(a.letters, [b.letters], [output]);
  const rows = select(output, [a.letters], [b.letters]);
  const columns = select(output, [b.letters], [a.letters]);
  const isElementwise = inner === '' || (rows === '' && columns === '');
  if (isElementwise || a.tensor.dtype !== 'float32' || b.tensor.dtype !== 'float32') {
    return sumAway(ops, multiply(ops, a, b, output), output);
  }
  const batch = select(output, [a.letters, b.letters]);
  const direct =
    ops.direct?.(a, b, { batch, rows, columns, inner }, output) ??
    ops.direct?.(b, a, { batch, rows: columns, columns: rows, inner }, output);
  if (direct !== undefined) return { letters: output, tensor: direct };
  const transposeA = a.letters === batch + inner + rows;
  const transposeB = b.letters === batch + columns + inner;
  const { tensor: left } = transposeA ? a : arrange(ops, a, batch + rows + inner);
  const { tensor: right } = transposeB ? b : arrange(ops, b, batch + inner + columns);
  const [count, m, k, n] = [volume(a, batch), volume(a, rows), volume(a, inner), volume(b, columns)];
  const product = ops.product(
    ops.reshape(left, transposeA ? [count, k, m] : [count, m, k]),
    ops.reshape(right, transposeB ? [count, n, k] : [count, k, n]),
    transposeA,
    transposeB,
  );
  const letters = batch + rows + columns;
  return { letters, tensor: ops.reshape(product, outputShape(a, b, letters)) };
}

/** Elementwise product over the union of the axes, those of the output first. */
function multiply<T extends Shaped>(
  ops: EinsumOps<T>,
  first: Labelled<T>,
  second: Labelled<T>,
  output: string,
): Labelled<T> {
  const both = first.letters + select(second.letters, [], [first.letters]);
  const letters = select(output, [both]) + select(both, [], [output]);
  const spread = (term: Labelled<T>): T => {
    const arranged = arrange(ops, term, select(letters, [term.letters]));
    return ops.reshape(
      arranged.tensor,
      Array.from(letters, (letter) => sizeOf(arranged, letter)),
    );
  };
  return { letters, tensor: ops.multiply(spread(first), spread(second)) };
}

/** Sum over every axis that is not in `kept`. */
function sumAway<T extends Shaped>(ops: EinsumOps<T>, term: Labelled<T>, kept: string): Labelled<T> {
  const axes = Array.from(term.letters).flatMap((letter, at) => (kept.includes(letter) ? [] : [at]));
  return axes.length === 0 ? term : { letters: select(term.letters, [kept]), tensor: ops.sum(term.tensor, axes) };
}

/** The same tensor with its axes in the order of `letters`. */
function arrange<T extends Shaped>(ops: EinsumOps<T>, term: Labelled<T>, letters: string): Labelled<T> {
  if (letters === term.letters) return term;
  const permutation = Array.from(letters, (letter) => term.letters.indexOf(letter));
  return { letters, tensor: ops.transpose(term.tensor, permutation) };
}

/** The letters that are in all of `among` and in none of `without`, in the order of `letters`. */
function select(letters: string, among: readonly string[], without: readonly string[] = []): string {
  return Array.from(letters)
    .filter((each) => among.every((one) => one.includes(each)) && without.every((one) => !one.includes(each)))
    .join('');
}

/** 1 for an axis that the term does not have. */
function sizeOf({ letters, tensor }: Labelled<Shaped>, letter: string): number {
  return tensor.shape[letters.indexOf(letter)] ?? 1;
}

function volume(term: Labelled<Shaped>, letters: string): number {
  return Array.from(letters).reduce((total, letter) => total * sizeOf(term, letter), 1);
}

/** The shape of what two operands give, with its axes in the order of `letters`. */
export function outputShape(a: Labelled<Shaped>, b: Labelled<Shaped>, letters: string): number[] {
  return Array.from(letters, (letter) => sizeOf(a.letters.includes(letter) ? a : b, letter));
}

function checkSizes(terms: readonly Labelled<Shaped>[]): void {
  const sizes = new Map<string, number>();
  for (const { letters, tensor } of terms) {
    if (letters.length !== tensor.shape.length) {
      throw new GraftError({
        code: 'bad-input',
        what: `The einsum term "${letters}" names ${letters.length} axes, but its operand has shape [${tensor.shape.join(', ')}].`,
      });
    }
    for (const [axis, letter] of Array.from(letters).entries()) {
      const size = tensor.shape[axis] ?? 1;
      const known = sizes.get(letter) ?? size;
      if (known !== size) {
        throw new GraftError({
          code: 'bad-input',
          what: `The einsum axis "${letter}" is ${known} in one operand and ${size} in the other.`,
        });
      }
      sizes.set(letter, size);
    }
  }
}
