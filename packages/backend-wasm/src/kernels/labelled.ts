import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { Workspace } from '../device/workspace.js';

/** A tensor whose axes have one-letter names, as in an einsum term. */
export interface Labelled {
  readonly letters: string;
  readonly tensor: TensorInfo;
}

export function sizeOf(term: Labelled, letter: string): number {
  return term.tensor.shape[term.letters.indexOf(letter)] ?? 1;
}

export function volume(term: Labelled, letters: string): number {
  return Array.from(letters).reduce((total, letter) => total * sizeOf(term, letter), 1);
}

/** The letters that are in all of `among` and in none of `without`, in the order of `letters`. */
export function select(letters: string, among: readonly string[], without: readonly string[] = []): string {
  return Array.from(letters)
    .filter((each) => among.every((one) => one.includes(each)) && without.every((one) => !one.includes(each)))
    .join('');
}

/** Sum over every axis that is not in `kept`. */
export function sumAway(workspace: Workspace, term: Labelled, kept: string): Labelled {
  const axis = Array.from(term.letters).flatMap((letter, at) => (kept.includes(letter) ? [] : [at]));
  if (axis.length === 0) return term;
  const tensor = workspace.run('Sum', { x: term.tensor }, { axis, keepDims: false });
  return { letters: select(term.letters, [kept]), tensor };
}

/** The same tensor with its axes in the order of `letters`. */
export function arrange(workspace: Workspace, term: Labelled, letters: string): Labelled {
  if (letters === term.letters) return term;
  const perm = Array.from(letters).map((letter) => term.letters.indexOf(letter));
  return { letters, tensor: workspace.run('Transpose', { x: term.tensor }, { perm }) };
}

/** Elementwise product over the union of the axes, by broadcasting. */
export function multiply(workspace: Workspace, first: Labelled, second: Labelled, output: string): Labelled {
  const both = first.letters + select(second.letters, [], [first.letters]);
  const letters = select(output, [both]) + select(both, [], [output]);
  const factors = [first, second].map((term) => {
    const arranged = arrange(workspace, term, select(letters, [term.letters]));
    return workspace.reshaped(
      arranged.tensor,
      Array.from(letters).map((letter) => sizeOf(arranged, letter)),
    );
  });
  return { letters, tensor: workspace.run('Multiply', { a: factors[0], b: factors[1] }) };
}
