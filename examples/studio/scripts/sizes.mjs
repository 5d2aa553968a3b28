import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

/** What a visit may load, with TensorFlow.js and any one engine: bytes of gzipped JavaScript. */
export const MOST_BYTES = 450_000;

/**
 * The scripts that a visit loads for each engine: the page, its workers and that engine. The template of the exported page
 * is no script of this page.
 *
 * @param {string} dist the folder of the built page
 * @returns {Map<string, Set<string>>} file names below `assets/`
 */
export function visits(dist) {
  const assets = join(dist, 'assets');
  const scripts = new Map(
    readdirSync(assets)
      .filter((name) => name.endsWith('.js'))
      .map((name) => [name, readFileSync(join(assets, name), 'utf8')]),
  );
  const names = [...scripts.keys()];
  const engineOf = (/** @type {string} */ name) => /^engine-(\w+)-/.exec(name)?.[1];
  const engines = new Set(names.flatMap((name) => engineOf(name) ?? []));
  return new Map(
    [...engines].map((engine) => {
      const found = new Set(names.filter((name) => name.startsWith('index-') || engineOf(name) === engine));
      // A script may load what it names; other engines are loaded when they are chosen.
      for (const name of found) {
        for (const next of names) {
          if (engineOf(next) === undefined && scripts.get(name)?.includes(next)) found.add(next);
        }
      }
      return [engine, found];
    }),
  );
}

/**
 * @param {string} root the example's folder, built
 * @returns {Map<string, number>} bytes of gzipped JavaScript for each engine
 */
export function visitSizes(root) {
  const dist = join(root, 'dist');
  const weigh = (/** @type {string} */ name) =>
    gzipSync(readFileSync(join(dist, 'assets', name)), { level: 9 }).byteLength;
  return new Map(
    [...visits(dist)].map(([engine, names]) => [engine, [...names].reduce((sum, name) => sum + weigh(name), 0)]),
  );
}

/** @param {string} root */
export function printSizes(root) {
  for (const [engine, bytes] of visitSizes(root)) {
    console.log(`${(bytes / 1000).toFixed(1).padStart(7)} kB  of JavaScript, gzipped, for a visit with ${engine}`);
    if (bytes <= MOST_BYTES) continue;
    console.error(`That is more than ${MOST_BYTES / 1000} kB.`);
    process.exitCode = 1;
  }
}
