import { expect } from 'vitest';
import { createRng, GraftError, messageOf, type Rng } from '@graft-ml/core';

/** How many damaged files a parser must withstand: 10,000 in the full suite, else 300. */
export const MUTATIONS: number = process.env['GRAFT_FULL'] === '1' ? 10_000 : 300;

/** A damaged copy of a file: cut off, with bytes changed, a run overwritten by another part, or zeros put in. */
export function mutate(bytes: Uint8Array, rng: Rng): Uint8Array<ArrayBuffer> {
  const at = (below: number): number => rng.int(Math.max(1, below));
  const copy = new Uint8Array(bytes);
  const kind = at(6);
  if (kind === 0) return copy.slice(0, at(copy.length));
  const run = 1 + at(16);
  const to = at(copy.length);
  if (kind === 1) copy.copyWithin(to, at(copy.length), undefined);
  else if (kind === 2) copy.fill(0xff, to, to + run);
  else if (kind === 3) copy.fill(0, to, to + run);
  else for (let change = 0; change < run; change++) copy[at(copy.length)] = at(256);
  return copy;
}

/**
 * Feed damaged copies of files to a parser: each must be read, or refused with a GraftError that is no fault of our own,
 * within two seconds, and all of them with less than a gigabyte more memory.
 */
export async function withstands(
  name: string,
  files: readonly Uint8Array[],
  parse: (bytes: Uint8Array<ArrayBuffer>) => Promise<unknown>,
  count = MUTATIONS,
): Promise<void> {
  const rng = createRng(20_26).fork(name);
  const before = process.memoryUsage().rss;
  for (let index = 0; index < count; index++) {
    const file = files[index % files.length];
    if (file === undefined) throw new Error('a file to damage was expected');
    const start = performance.now();
    const thrown: unknown = await parse(mutate(file, rng.fork(index))).then(
      () => undefined,
      (error: unknown) => error,
    );
    const where = `damaged file ${index} of ${name}`;
    if (thrown !== undefined && (!(thrown instanceof GraftError) || thrown.code === 'internal')) {
      throw new Error(`${where}: ${messageOf(thrown)}`, { cause: thrown });
    }
    expect(performance.now() - start, `${where}: milliseconds`).toBeLessThan(2000);
  }
  expect(process.memoryUsage().rss - before, `${name}: bytes`).toBeLessThan(2 ** 30);
}
