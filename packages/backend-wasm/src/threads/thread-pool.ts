import { GraftError } from '@graft-ml/core';
import { RANGED, type ModuleFunctions } from '../device/module-functions.js';
import type { Work } from '../device/work.js';
import { CLOSED, Control, LAYOUT, WORDS } from './control.js';
import { spawnThread, type Thread } from './spawn-thread.js';

/** How often the main thread looks whether the others are done before it sleeps, where it may sleep at all. */
const SPINS = 20_000;
const GENERATIONS = 1 << 23;

export interface PoolOptions {
  /** Threads in all, the calling one included. 2 or more. */
  readonly threads: number;
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly functions: ModuleFunctions;
  readonly spawn?: (data: object) => Promise<Thread>;
}

/** Threads that share the heap and do ranges of kernels together with the calling one. */
export class ThreadPool {
  readonly threads: number;
  readonly #control: Control;
  readonly #others: readonly Thread[];
  readonly #functions: ModuleFunctions;
  readonly #maySleep = maySleep();
  #generation = 0;

  private constructor(control: Control, others: readonly Thread[], functions: ModuleFunctions) {
    this.#control = control;
    this.#others = others;
    this.#functions = functions;
    this.threads = others.length + 1;
  }

  /** @throws GraftError `unavailable` when a thread does not start; none is left over then */
  static async start({ threads, module, memory, functions, spawn = spawnThread }: PoolOptions): Promise<ThreadPool> {
    const control = new Control();
    const data = { module, memory, control: control.buffer, layout: LAYOUT, kernels: RANGED };
    const started = await Promise.allSettled(
      Array.from({ length: threads - 1 }, (_, at) => spawn({ ...data, slot: at + 1 })),
    );
    const others = started.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
    const failed = started.find((each) => each.status === 'rejected');
    if (failed !== undefined) {
      await Promise.all(others.map((each) => each.terminate()));
      throw failed.reason;
    }
    return new ThreadPool(control, others, functions);
  }

  /**
   * Do all ranges of the work, and return when they are done.
   *
   * @param geometry what setGeometry was given last
   * @param scratch address of the threads' scratch memory, one after the other; 0 for none
   * @param bytes scratch bytes a thread
   */
  run(
    work: Work,
    { ranges, length }: { ranges: number; length: number },
    geometry: readonly number[],
    scratch: number,
    bytes: number,
  ): void {
    const { words, numbers } = this.#control;
    this.#generation = (this.#generation + 1) % GENERATIONS;
    const ticket = this.#generation << 8;
    Atomics.store(words, WORDS.ticket, ticket | CLOSED);
    numbers[0] = scratch;
    numbers[1] = bytes;
    numbers.set(geometry, 2);
    numbers.set(work.numbers, 2 + LAYOUT.geometry);
    words[WORDS.numbers] = work.numbers.length;
    words[WORDS.kernel] = RANGED.indexOf(work.kernel);
    words[WORDS.length] = length;
    words[WORDS.count] = work.count;
    words[WORDS.ranges] = ranges;
    words[WORDS.failed] = 0;
    words[WORDS.done] = 0;
    Atomics.store(words, WORDS.ticket, ticket);
    Atomics.store(words, WORDS.generation, this.#generation);
    Atomics.notify(words, WORDS.generation, ranges - 1);
    try {
      this.#takeRanges(work, ranges, length, bytes > 0 ? [...work.numbers, scratch] : work.numbers);
    } finally {
      // Also after an error: the others may not be left at work on memory that is given back.
      this.#waitFor(ranges);
    }
    if (Atomics.load(words, WORDS.failed) !== 0) {
      throw new GraftError({ code: 'internal', what: `The kernel "${work.kernel}" failed in a thread.` });
    }
  }

  /** End the threads. The pool does nothing more. */
  async close(): Promise<void> {
    await Promise.all(this.#others.map((each) => each.terminate()));
  }

  #takeRanges(work: Work, ranges: number, length: number, numbers: readonly number[]): void {
    const { words } = this.#control;
    const run = this.#functions[work.kernel];
    for (;;) {
      const next = Atomics.add(words, WORDS.ticket, 1) & 255;
      if (next >= ranges) return;
      const from = next * length;
      try {
        run(...numbers, from, Math.min(work.count, from + length));
      } finally {
        Atomics.add(words, WORDS.done, 1);
      }
    }
  }

  #waitFor(ranges: number): void {
    const { words } = this.#control;
    let spins = SPINS;
    for (;;) {
      const done = Atomics.load(words, WORDS.done);
      if (done >= ranges) return;
      // A page's main thread may not sleep: it looks on.
      if (--spins < 0 && this.#maySleep) Atomics.wait(words, WORDS.done, done);
    }
  }
}

function maySleep(): boolean {
  try {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 0);
    return true;
  } catch {
    return false;
  }
}
