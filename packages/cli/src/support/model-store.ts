import { readFile, stat } from 'node:fs/promises';
import { bundleFileStore, GraftError, type Store } from '@graft-ml/core';
import { fileStore } from '@graft-ml/core/node';

/** Far above any model in one file. */
const MOST_BYTES = 2 ** 31;
/** What zip files begin with. */
export const ZIP_SIGNATURE = 'PK';

/** The files of a model that lies in a folder, or in one file (.zip). @throws GraftError `bad-input` for another file */
export async function modelStore(path: string): Promise<Store> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isFile() !== true) return fileStore(path);
  const bytes = await modelFile(path);
  if (bytes.toString('latin1', 0, ZIP_SIGNATURE.length) !== ZIP_SIGNATURE) throw noBundle(path, 'is no zip file');
  return bundleFileStore(bytes, path);
}

/** A model's file, whole. @throws GraftError `bad-input` for one of more than 2 GiB */
export async function modelFile(path: string): Promise<Buffer> {
  const { size } = await stat(path);
  if (size > MOST_BYTES) throw noBundle(path, `has ${size} bytes`);
  return readFile(path);
}

function noBundle(path: string, what: string): GraftError {
  return new GraftError({
    code: 'bad-input',
    what: `${path} ${what}.`,
    expected: 'A bundle was expected: a folder such as graft train writes, or one file (.zip).',
    remedy: 'Check the path.',
  });
}
