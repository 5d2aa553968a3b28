import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { writeAtomic } from '@graft-ml/core/node';

/**
 * The commit that is checked out, with `-changed` where files differ from it.
 *
 * @param {string} folder
 */
export async function commitOf(folder) {
  const { stdout } = await promisify(execFile)(
    'git',
    ['describe', '--always', '--abbrev=12', '--dirty=-changed', '--exclude=*'],
    {
      cwd: folder,
    },
  );
  return stdout.trim();
}

/**
 * The commits that runs in a folder were made with, oldest first.
 *
 * @param {string} runs
 * @returns {Promise<string[]>}
 */
export async function commitsIn(runs) {
  const text = await readFile(join(runs, 'commits.txt'), 'utf8').catch(() => '');
  return text.split('\n').filter((line) => line !== '');
}

/**
 * @param {string} runs
 * @param {string} commit
 */
export async function noteCommit(runs, commit) {
  const known = await commitsIn(runs);
  if (!known.includes(commit)) await writeAtomic(join(runs, 'commits.txt'), `${[...known, commit].join('\n')}\n`);
}
