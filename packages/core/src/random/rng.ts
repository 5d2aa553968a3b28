import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { GraftError } from '../errors/graft-error.js';

/**
 * A seeded source of randomness. The same seed gives the same numbers on every engine and machine.
 *
 * Streams are named: `rng.fork('shuffle')` depends on the seed and the names only, never on how many numbers were
 * drawn before, so that adding a consumer does not change what the others see.
 *
 * @example
 * ```ts
 * import { createRng } from '@graft-ml/core';
 * const order = createRng(1).fork('shuffle').permutation(5);
 * console.log(order.length); // 5
 * ```
 */
export interface Rng {
  /** An independent stream that is a function of this stream's seed and the label. */
  fork(label: string | number): Rng;
  /** Uniform in [0, 1). */
  uniform(): number;
  /** A uniform integer in [0, below). */
  int(below: number): number;
  /** A 31-bit seed for code that wants one, such as tfjs initialisers. */
  seed(): number;
  /** Standard normal (Box–Muller). */
  normal(): number;
  /** A uniform random order of 0 … size−1 (Fisher–Yates). */
  permutation(size: number): Int32Array;
}

/**
 * @param seed any safe integer
 * @throws GraftError `bad-input` when the seed is not a safe integer
 */
export function createRng(seed: number): Rng {
  if (!Number.isSafeInteger(seed)) {
    throw new GraftError({ code: 'bad-input', what: `The seed is ${seed}.`, expected: 'A safe integer was expected.' });
  }
  return new SeededRng(mix(mix(0x9e3779b9, seed | 0), Math.floor(seed / 0x1_0000_0000) | 0));
}

class SeededRng implements Rng {
  readonly #key: number;
  readonly #generator: RandomGenerator;

  constructor(key: number) {
    this.#key = key;
    this.#generator = xoroshiro128plus(key);
  }

  fork(label: string | number): Rng {
    let key = mix(this.#key, 0x51ed270b);
    for (const character of String(label)) key = mix(key, character.codePointAt(0) ?? 0);
    return new SeededRng(key);
  }

  uniform(): number {
    return uniformFloat64(this.#generator);
  }

  int(below: number): number {
    return uniformInt(this.#generator, 0, below - 1);
  }

  seed(): number {
    return uniformInt(this.#generator, 1, 0x7fff_fffe);
  }

  normal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
    return radius * Math.cos(2 * Math.PI * this.uniform());
  }

  permutation(size: number): Int32Array {
    const order = Int32Array.from({ length: size }, (_, index) => index);
    for (let last = size - 1; last > 0; last--) {
      const other = this.int(last + 1);
      const kept = order[last] ?? 0;
      order[last] = order[other] ?? 0;
      order[other] = kept;
    }
    return order;
  }
}

/** One round of a 32-bit multiply–xorshift hash: enough to decorrelate neighbouring seeds and labels. */
function mix(key: number, value: number): number {
  let mixed = Math.imul(key ^ value, 0x85ebca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed + 0x7f4a7c15, 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}
