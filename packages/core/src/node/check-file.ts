import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { GraftError, messageOf } from '../errors/graft-error.js';

/** How many bytes and which sha256 a file should have. */
export interface FilePromise {
  readonly bytes: number;
  readonly sha256: string;
}

/** The size of a file, or undefined when there is none. */
export async function fileSize(path: string): Promise<number | undefined> {
  try {
    const facts = await stat(path);
    return facts.isFile() ? facts.size : undefined;
  } catch {
    return undefined;
  }
}

/** The sha256 of a file's contents, as 64 hexadecimal digits, without holding them in memory. */
export async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  return hash.digest('hex');
}

/**
 * Read a file and make sure that it is the one that was promised. Its size is looked at before anything is read.
 *
 * @throws GraftError `corrupt` when size or sha256 differ, `not-found` when it cannot be read
 */
export async function readChecked(path: string, { bytes, sha256 }: FilePromise, remedy: string): Promise<Uint8Array> {
  const size = await fileSize(path);
  if (size === undefined) throw new GraftError({ code: 'not-found', what: `There is no file ${path}.`, remedy });
  if (size !== bytes) {
    throw new GraftError({
      code: 'corrupt',
      what: `${path} has ${size} bytes.`,
      expected: `${bytes} were expected.`,
      remedy,
    });
  }
  let contents: Uint8Array;
  try {
    contents = await readFile(path);
  } catch (cause) {
    throw new GraftError({ code: 'not-found', what: `${path} could not be read: ${messageOf(cause)}.`, remedy, cause });
  }
  const found = createHash('sha256').update(contents).digest('hex');
  if (found === sha256) return contents;
  throw new GraftError({
    code: 'corrupt',
    what: `${path} has sha256 ${found}.`,
    expected: `${sha256} was expected.`,
    remedy,
  });
}
