import type { WeightFile } from '../entry.js';

/** Name, bytes and sha256 of a published file. */
export type FilePin = readonly [name: string, bytes: number, sha256: string];

/** Files that lie under the same names in one or several folders on the web, best first (each ends in a slash). */
export function publishedFiles(mirrors: readonly string[], pins: readonly FilePin[]): WeightFile[] {
  return pins.map(([name, bytes, sha256]) => ({ name, urls: mirrors.map((mirror) => mirror + name), bytes, sha256 }));
}
