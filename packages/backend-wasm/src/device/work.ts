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
  /** Where every range repeats some work (packing): the length from which that is little. 1 by default. */
  readonly longEnough?: number;
}

/** Floats of a SIMD vector: what ranges of floats are aligned to. */
export const VECTOR = 4;

/** Less than so many nanoseconds are sooner done than handed to another thread: benchmarks/threads.mjs. */
export const WORTH_A_THREAD = 15_000;

export const FLOAT_BYTES = 4;

/** What arithmetic costs: about 40 floating-point operations a nanosecond. */
export function arithmetic(operations: number): number {
  return operations / 40;
}

/** So many floats (1 MiB) stay in a core's second-level cache from one kernel to the next. */
const CACHED = 2 ** 18;

/**
 * What reading and writing floats costs: about eight a nanosecond in the cache (benchmarks/threads.mjs, Zen 4: 40,000 in
 * 5.7 µs, 200,000 in 20.6 µs), two from memory.
 */
export function traffic(floats: number): number {
  return floats / (floats <= CACHED ? 8 : 2);
}

/** How many ranges, and of what length, `count` is divided into. Every range but the last has the same length. */
export function divide(work: Work, threads: number, least: number): { ranges: number; length: number } {
  const { count, align = 1, nanoseconds, longEnough = 1 } = work;
  if (threads === 1 || count === 0) return { ranges: 1, length: count };
  // More ranges than threads, so that one that is held up by other programs leaves its share to the rest.
  const wanted = Math.max(threads, Math.min(4 * threads, Math.floor(count / longEnough)));
  const most = Math.min(Math.floor(nanoseconds / least), wanted);
  const length = Math.ceil(Math.ceil(count / Math.max(1, most)) / align) * align;
  return { ranges: Math.ceil(count / length), length };
}
