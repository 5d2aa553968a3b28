import { readdir, readFile, realpath } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { TENSORFLOW_VERSION } from '@graft-ml/core';
import type { Finding } from './finding.js';

/** One copy of tfjs-core on disk. */
export interface Copy {
  readonly folder: string;
  readonly version: string;
}

const NAME = join('@tensorflow', 'tfjs-core');

/**
 * Every copy of tfjs-core that a program in `folder` could load: in its node_modules and those above, in the packages
 * there, and in pnpm's store. Links to one copy count once.
 */
export async function tensorflowCopies(folder: string): Promise<Copy[]> {
  const copies = new Map<string, Copy>();
  for (let at = resolve(folder); ; at = dirname(at)) {
    const modules = join(at, 'node_modules');
    for (const place of await places(modules)) {
      const copy = await copyAt(join(place, NAME));
      if (copy !== undefined) copies.set(copy.folder, copy);
    }
    if (dirname(at) === at) return [...copies.values()];
  }
}

/** The finding for those copies: exactly one, of the right version, is well. */
export function copiesFinding(copies: readonly Copy[]): Finding {
  const about = 'TensorFlow.js';
  const list = copies.map(({ version, folder }) => `${version} in ${folder}`).join('; ');
  const install = `npm install @tensorflow/tfjs-core@${TENSORFLOW_VERSION} @tensorflow/tfjs-layers@${TENSORFLOW_VERSION}`;
  if (copies.length === 0) {
    return {
      about,
      state: 'absent',
      found: 'no copy of @tensorflow/tfjs-core is in this folder',
      advice: `To write programs here: ${install}`,
    };
  }
  if (copies.length > 1) {
    return {
      about,
      state: 'problem',
      found: `${copies.length} copies of @tensorflow/tfjs-core: ${list}`,
      advice:
        'Tensors of one are unknown to the other: run npm ls @tensorflow/tfjs-core, then align the versions or npm dedupe.',
    };
  }
  return copies[0]?.version === TENSORFLOW_VERSION
    ? { about, state: 'ok', found: list }
    : {
        about,
        state: 'problem',
        found: list,
        advice: `Graft is built against ${TENSORFLOW_VERSION}, exactly: ${install}`,
      };
}

async function places(modules: string): Promise<string[]> {
  const packages = await namesIn(modules);
  const scoped = await Promise.all(
    packages
      .filter((name) => name.startsWith('@'))
      .map(async (scope) => (await namesIn(join(modules, scope))).map((name) => join(scope, name))),
  );
  const nested = [...packages.filter((name) => !name.startsWith('@') && !name.startsWith('.')), ...scoped.flat()];
  const stored = (await namesIn(join(modules, '.pnpm'))).filter((name) => name.startsWith('@tensorflow+tfjs-core@'));
  return [
    modules,
    ...nested.map((name) => join(modules, name, 'node_modules')),
    ...stored.map((name) => join(modules, '.pnpm', name, 'node_modules')),
  ];
}

async function copyAt(path: string): Promise<Copy | undefined> {
  try {
    const folder = await realpath(path);
    const json: unknown = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
    const version = json !== null && typeof json === 'object' && 'version' in json ? String(json.version) : 'unknown';
    return { folder, version };
  } catch {
    // There is none, which is what most places say.
    return undefined;
  }
}

async function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => []);
}
