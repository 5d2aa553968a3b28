import { stat } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { GraftError } from '@graft-ml/core';
import { findPictures } from '@graft-ml/datasets/node';

/**
 * The files that were named: a folder stands for the pictures in it, `-` for a list on stdin, one path a line. Whether
 * files exist is found out when they are read.
 *
 * @throws GraftError `bad-input` when there are none
 */
export async function pictureFiles(named: readonly string[], stdin: NodeJS.ReadableStream): Promise<string[]> {
  const files: string[] = [];
  for (const name of named) {
    if (name === '-') files.push(...(await linesOf(stdin)));
    else if ((await stat(name).catch(() => undefined))?.isDirectory() === true)
      files.push(...(await findPictures(name)));
    else files.push(name);
  }
  if (files.length > 0) return files;
  throw new GraftError({
    code: 'bad-input',
    what: `There are no pictures in ${named.map((name) => (name === '-' ? 'the list on stdin' : name)).join(', ')}.`,
    expected: 'At least one was expected.',
  });
}

async function linesOf(stdin: NodeJS.ReadableStream): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of createInterface({ input: stdin, crlfDelay: Infinity })) if (line !== '') lines.push(line);
  return lines;
}
