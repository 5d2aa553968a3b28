import { readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { GraftError, messageOf } from '@graft-ml/core';

/** A folder's contents, links followed. */
export interface Folder {
  readonly path: string;
  /** Names of the files, sorted. */
  readonly files: readonly string[];
  readonly folders: ReadonlyMap<string, Folder>;
}

/** Deeper nesting than this is a mistake. */
const MOST_LEVELS = 32;

/**
 * Everything in a folder, except what systems put there (names that begin with a dot, `__MACOSX`, `Thumbs.db`,
 * `desktop.ini`). Symbolic links are followed; one that leads back into a folder around it, or nowhere, is left out.
 *
 * @throws GraftError `not-found` when it is no folder or cannot be read
 */
export async function readTree(path: string): Promise<Folder> {
  const facts = await stat(path).catch(() => undefined);
  if (facts?.isDirectory() !== true) {
    throw new GraftError({
      code: 'not-found',
      what: facts === undefined ? `There is no folder ${path}.` : `${path} is not a folder.`,
      remedy: 'Check the path.',
    });
  }
  return readFolder(path, []);
}

async function readFolder(path: string, around: readonly string[]): Promise<Folder> {
  const files: string[] = [];
  const folders = new Map<string, Folder>();
  try {
    const inside = [...around, await realpath(path)];
    const entries = await readdir(path, { withFileTypes: true });
    entries.sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const entry of entries) {
      if (entry.name.startsWith('.') || SYSTEM_FILES.has(entry.name.toLowerCase())) continue;
      const below = join(path, entry.name);
      // Only links need a look at what they lead to: asking of every file takes long in large folders.
      const facts = entry.isSymbolicLink() ? await stat(below).catch(() => undefined) : entry;
      if (facts?.isFile() === true) files.push(entry.name);
      else if (facts?.isDirectory() === true && inside.length < MOST_LEVELS) {
        if (entry.isSymbolicLink() && inside.includes(await realpath(below))) continue;
        folders.set(entry.name, await readFolder(below, inside));
      }
    }
  } catch (cause) {
    throw new GraftError({ code: 'not-found', what: `${path} cannot be read: ${messageOf(cause)}.`, cause });
  }
  return { path, files, folders };
}

const SYSTEM_FILES = new Set(['__macosx', 'thumbs.db', 'desktop.ini']);

/** Every file below a folder, as its path within it, with `/`. */
export function* filesBelow(folder: Folder, within = ''): Generator<string> {
  for (const file of folder.files) yield within + file;
  for (const [name, below] of folder.folders) yield* filesBelow(below, `${within}${name}/`);
}
