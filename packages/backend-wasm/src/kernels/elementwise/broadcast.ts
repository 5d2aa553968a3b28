import { util } from '@tensorflow/tfjs-core';

/** An axis of an output, and how many elements apart its neighbours lie in both operands: 0 where one serves all. */
export interface BroadcastAxis {
  readonly size: number;
  readonly a: number;
  readonly b: number;
}

/** The axes of `shape`, to which `a` and `b` broadcast, without those of size 1 and with as many as possible joined. */
export function broadcast(a: readonly number[], b: readonly number[], shape: readonly number[]): BroadcastAxis[] {
  const [strideA, strideB] = [strides(a, shape), strides(b, shape)];
  const joined: BroadcastAxis[] = [];
  for (const [at, size] of shape.entries()) {
    if (size === 1) continue;
    const axis = { size, a: strideA[at] ?? 0, b: strideB[at] ?? 0 };
    const before = joined.at(-1);
    if (before?.a === size * axis.a && before.b === size * axis.b) {
      joined[joined.length - 1] = { ...axis, size: before.size * size };
    } else joined.push(axis);
  }
  return joined.length === 0 ? [{ size: 1, a: 0, b: 0 }] : joined;
}

function strides(from: readonly number[], shape: readonly number[]): number[] {
  const own = [...util.computeStrides([...from]), 1];
  const missing = shape.length - from.length;
  return shape.map((_, at) => (at < missing || from[at - missing] === 1 ? 0 : (own[at - missing] ?? 0)));
}
