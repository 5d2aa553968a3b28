/*
 * The block of memory through which threads get their work, apart from the heap. It holds one job at a time: a kernel, its
 * numbers, and into how many ranges it is divided. The main thread writes a job, opens it and takes ranges itself; the
 * others take ranges as long as there are any.
 *
 * A range is taken by exchanging the ticket, which holds the job's number in its upper bits and the next range in its
 * lower eight. A thread that read the job while it was being replaced finds the ticket changed and takes nothing.
 */

/** The places of the int32 words. `generation` and `done` are waited on. */
export const WORDS = {
  generation: 0,
  ticket: 1,
  done: 2,
  ranges: 3,
  kernel: 4,
  length: 5,
  count: 6,
  numbers: 7,
  failed: 8,
} as const;

/** The next range of a ticket while a job is being written: nothing is to be had. */
export const CLOSED = 255;
/** The most ranges of a job, well below `CLOSED`: a thread may look once too often. */
export const MOST_RANGES = 192;
/** Numbers that setGeometry in assembly/geometry.ts takes. */
export const GEOMETRY = 15;

/** Where the float64 numbers begin, in bytes: scratch address and bytes a thread, geometry, the kernel's own numbers. */
const NUMBERS_AT = 64;
const MOST_NUMBERS = 64;

/** How often a thread looks for the next job before it sleeps. Some tens of microseconds; see benchmarks/threads.mjs. */
const SPINS = 4000;

/** What worker/thread.js must know of all this. */
export const LAYOUT: {
  readonly words: typeof WORDS;
  readonly closed: number;
  readonly numbersAt: number;
  readonly geometry: number;
  readonly spins: number;
} = { words: WORDS, closed: CLOSED, numbersAt: NUMBERS_AT, geometry: GEOMETRY, spins: SPINS };

export class Control {
  readonly buffer: SharedArrayBuffer = new SharedArrayBuffer(NUMBERS_AT + 8 * MOST_NUMBERS);
  readonly words: Int32Array = new Int32Array(this.buffer, 0, NUMBERS_AT / 4);
  readonly numbers: Float64Array = new Float64Array(this.buffer, NUMBERS_AT);
}
