import type { RangedName } from './module-functions.js';

/** A call of a ranged kernel over the whole of its work, which threads may divide. */
export interface Work {
  readonly kernel: RangedName;
  /** All but the scratch address and the range. */
  readonly numbers: readonly number[];
  /** The range is [0, count): rows, images, channels, floats, whatever the kernel divides. */
  readonly count: number;
  /** Ranges start at multiples of this, so that vectors and tiles stay whole. 1 by default. */
  readonly align?: number;
  /** What one thread would need for all of it, roughly: whether it is worth dividing. */
  readonly nanoseconds: number;
  /** Bytes that each thread needs for itself; its address is the argument before the range. None by default. */
  readonly scratch?: number;
  /** Whether every range repeats some work (packing), so that there should be no more of them than threads. */
  readonly repeats?: boolean;
}

/** Floats of a SIMD vector: what ranges of floats are aligned to. */
export const VECTOR = 4;

export const FLOAT_BYTES = 4;

/** What arithmetic costs: about 40 floating-point operations a nanosecond. */
export function arithmetic(operations: number): number {
  return operations / 40;
}

/** What reading and writing floats costs that come from memory: about two a nanosecond. */
export function traffic(floats: number): number {
  return floats / 2;
}

/** How many ranges, and of what length, `count` is divided into. Every range but the last has the same length. */
export function divide(work: Work, threads: number, least: number): { ranges: number; length: number } {
  const { count, align = 1, nanoseconds, repeats = false } = work;
  if (threads === 1 || count === 0) return { ranges: 1, length: count };
  const most = Math.min(Math.floor(nanoseconds / least), repeats ? threads : 4 * threads);
  const length = Math.ceil(Math.ceil(count / Math.max(1, most)) / align) * align;
  return { ranges: Math.ceil(count / length), length };
}
