import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './root.mjs';

/**
 * @typedef {object} Manifest the parts of a package.json that the checks read
 * @property {string} name
 * @property {string} version
 * @property {boolean} [private]
 * @property {Record<string, string | { types?: string, default?: string }>} [exports]
 * @property {Record<string, string>} [dependencies]
 * @property {Record<string, string>} [devDependencies]
 * @property {Record<string, string>} [peerDependencies]
 * @property {Record<string, { optional?: boolean }>} [peerDependenciesMeta]
 */

/** @typedef {{ folder: string, short: string, manifest: Manifest }} Package */

/** @returns {Package[]} every package of the workspace under packages/, in the order of their names */
export function workspacePackages() {
  const parent = join(ROOT, 'packages');
  return readdirSync(parent)
    .filter((name) => existsSync(join(parent, name, 'package.json')))
    .sort()
    .map((short) => {
      const folder = join(parent, short);
      return { folder, short, manifest: JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) };
    });
}

/**
 * Files under a folder, recursively, whose names end as asked.
 *
 * @param {string} folder an absolute path; a folder that is not there holds no files
 * @param {string} ending e.g. `.ts`
 * @returns {string[]} absolute paths, sorted
 */
export function filesUnder(folder, ending) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}
