import { expect } from 'vitest';
import { createRng, GraftError, messageOf, type Rng } from '@graft-ml/core';

const FULL = process.env['GRAFT_FULL'] === '1';

/** How many damaged files a parser must withstand: 10,000 in the full suite, else 300. */
export const MUTATIONS: number = FULL ? 10_000 : 300;
/** Another one damages the files otherwise. */
const SEED = Number(process.env['GRAFT_FUZZ_SEED'] ?? 20_26);

/**
 * A damaged copy of a file: cut off, with bytes changed, a run overwritten by another part, or zeros put in; of JSON, every
 * second time, one with another value at one place, which stays JSON.
 */
export function mutate(bytes: Uint8Array, rng: Rng): Uint8Array<ArrayBuffer> {
  if (bytes[0] === 0x7b && rng.int(2) === 0) return mutateJson(bytes, rng);
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

/** What no file should hold where it is not expected. */
const ODD: readonly unknown[] = [
  null,
  true,
  -1,
  0,
  0.5,
  2 ** 31,
  2 ** 53,
  1e308,
  '',
  '__proto__',
  '../../etc/passwd',
  'https://example.org/x',
  [],
  {},
  [[[[]]]],
];

/** JSON with one value changed for another one of the file or an odd one, or taken away. */
function mutateJson(bytes: Uint8Array, rng: Rng): Uint8Array<ArrayBuffer> {
  const root: unknown = JSON.parse(new TextDecoder().decode(bytes));
  const places: (readonly [holder: object, key: string])[] = [];
  const visit = (value: unknown): void => {
    if (value === null || typeof value !== 'object') return;
    for (const [key, inner] of Object.entries(value)) {
      places.push([value, key]);
      visit(inner);
    }
  };
  visit(root);
  const [holder, key] = places[rng.int(Math.max(1, places.length))] ?? [{}, ''];
  const [other, otherKey] = places[rng.int(Math.max(1, places.length))] ?? [{}, ''];
  const kind = rng.int(4);
  if (kind === 0) Reflect.deleteProperty(holder, key);
  // A copy, so that nothing holds itself.
  else if (kind === 1) Reflect.set(holder, key, structuredClone(Reflect.get(other, otherKey)));
  else Reflect.set(holder, key, ODD[rng.int(ODD.length)]);
  return new TextEncoder().encode(JSON.stringify(root));
}

/**
 * Feed damaged copies of files to a parser: each must be read, or refused with a GraftError that is no fault of our own,
 * within two seconds, and all of them with less than a gigabyte more memory. In the full suite it says how that went.
 */
export async function withstands(
  name: string,
  files: readonly Uint8Array[],
  parse: (bytes: Uint8Array<ArrayBuffer>) => Promise<unknown>,
  count = MUTATIONS,
): Promise<void> {
  const rng = createRng(SEED).fork(name);
  const before = process.memoryUsage().rss;
  let [refused, slowest, most] = [0, 0, before];
  for (let index = 0; index < count; index++) {
    const file = files[index % files.length];
    if (file === undefined) throw new Error('a file to damage was expected');
    // Of the processor and not of the clock: a crowded machine is no fault of a parser.
    const start = process.cpuUsage();
    const thrown: unknown = await parse(mutate(file, rng.fork(index))).then(
      () => undefined,
      (error: unknown) => error,
    );
    const where = `damaged file ${index} of ${name}, seed ${SEED}`;
    if (thrown !== undefined && (!(thrown instanceof GraftError) || thrown.code === 'internal')) {
      throw new Error(`${where}: ${messageOf(thrown)}`, { cause: thrown });
    }
    const { user, system } = process.cpuUsage(start);
    const milliseconds = (user + system) / 1000;
    expect(milliseconds, `${where}: milliseconds`).toBeLessThan(2000);
    if (thrown !== undefined) refused++;
    slowest = Math.max(slowest, milliseconds);
    if (index % 100 === 0) most = Math.max(most, process.memoryUsage().rss);
  }
  const more = Math.max(most, process.memoryUsage().rss) - before;
  expect(more, `${name}: bytes`).toBeLessThan(2 ** 30);
  if (FULL) {
    console.log(
      `${name}: ${count} damaged files, ${refused} refused, slowest ${slowest.toFixed(0)} ms, ${(more / 2 ** 20).toFixed(0)} MB more memory`,
    );
  }
}
