import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { Labelled } from '@graft-ml/core';

/** A group of axes that can be walked with one stride, in elements. */
export interface Walk {
  readonly size: number;
  readonly stride: number;
}

/** The stride of each axis of a dense tensor, by its letter. */
export function strides(term: Labelled<TensorInfo>): Map<string, number> {
  const found = new Map<string, number>();
  let stride = 1;
  for (let axis = term.letters.length - 1; axis >= 0; axis--) {
    found.set(term.letters.charAt(axis), stride);
    stride *= term.tensor.shape[axis] ?? 1;
  }
  return found;
}

/** The axes named by `letters` as one walk, or undefined when no single stride visits them in that order. */
export function walk(term: Labelled<TensorInfo>, letters: string): Walk | undefined {
  const byLetter = strides(term);
  let size = 1;
  let stride = 0;
  for (const letter of Array.from(letters).reverse()) {
    const own = byLetter.get(letter) ?? 0;
    const length = term.tensor.shape[term.letters.indexOf(letter)] ?? 1;
    if (length === 1) continue;
    if (size === 1) stride = own;
    else if (own !== stride * size) return undefined;
    size *= length;
  }
  return { size, stride };
}

/** The offset, in elements, of every combination of the axes named by `letters`, the last of them moving fastest. */
export function offsets(term: Labelled<TensorInfo>, letters: string): number[] {
  const byLetter = strides(term);
  let found = [0];
  for (const letter of letters) {
    const length = term.tensor.shape[term.letters.indexOf(letter)] ?? 1;
    const stride = byLetter.get(letter) ?? 0;
    found = found.flatMap((offset) => Array.from({ length }, (_, at) => offset + at * stride));
  }
  return found;
}
