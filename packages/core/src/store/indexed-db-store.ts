import { GraftError, messageOf } from '../errors/graft-error.js';
import { assertInside, rangesOf, type Store } from './store.js';

const DATABASE = 'graft';
const FILES = 'files';

/**
 * A folder in this browser's IndexedDB, which outlives the page and is the origin's own. Each write is one transaction: a
 * write that the browser refuses (no space left, private window) leaves what was there as it was, and says so.
 *
 * @param folder the folder's name, such as `models/flowers`
 * @throws GraftError `bad-input` for a malformed name; `unavailable` from every method where there is no IndexedDB;
 *   `storage` where the browser refuses, with how much this site keeps already
 */
export function indexedDbStore(folder: string): Store {
  assertInside(folder);
  const location = `indexeddb:${folder}`;
  const keyOf = (name: string): string => {
    assertInside(name);
    return `${folder}\n${name}`;
  };
  const read = async (name: string): Promise<Uint8Array> => {
    const value: unknown = await run('readonly', (files) => files.get(keyOf(name)), location);
    if (value instanceof Uint8Array) return new Uint8Array(value);
    throw new GraftError({ code: 'not-found', what: `There is no "${name}" in ${location}.` });
  };
  return {
    location,
    read,
    async has(name) {
      return (await run('readonly', (files) => files.getKey(keyOf(name)), location)) !== undefined;
    },
    async readRanges(name, ranges) {
      return rangesOf(await read(name), ranges, `${location}/${name}`);
    },
    async write(name, bytes) {
      // A copy of its own: a view would be stored with the whole buffer behind it.
      await run('readwrite', (files) => files.put(bytes.slice(), keyOf(name)), `${location}/${name}`);
    },
    async remove(name) {
      await run('readwrite', (files) => files.delete(keyOf(name)), `${location}/${name}`);
    },
  };
}

/** The names of all folders in this browser's IndexedDB, sorted. */
export async function indexedDbFolders(): Promise<string[]> {
  const keys = await run('readonly', (files) => files.getAllKeys(), 'indexeddb:');
  const folders = keys.flatMap((key) => (typeof key === 'string' ? key.split('\n').slice(0, 1) : []));
  return [...new Set(folders)].toSorted();
}

/** Remove a folder with everything in it. */
export async function removeIndexedDbFolder(folder: string): Promise<void> {
  assertInside(folder);
  const range = IDBKeyRange.bound(`${folder}\n`, `${folder}\n\uffff`);
  await run('readwrite', (files) => files.delete(range), `indexeddb:${folder}`);
}

/** One request in a transaction of its own, awaited to the transaction's end: only then is anything written. */
async function run<T>(
  mode: IDBTransactionMode,
  ask: (files: IDBObjectStore) => IDBRequest<T>,
  where: string,
): Promise<T> {
  const database = await open();
  try {
    return await new Promise<T>((resolve, reject) => {
      const transaction = database.transaction(FILES, mode, { durability: 'strict' });
      const request = ask(transaction.objectStore(FILES));
      transaction.oncomplete = (): void => {
        resolve(request.result);
      };
      transaction.onabort = (): void => {
        reject(transaction.error ?? request.error ?? new Error('The transaction was aborted.'));
      };
    });
  } catch (cause) {
    throw cause instanceof GraftError ? cause : await refused(where, cause);
  } finally {
    database.close();
  }
}

function open(): Promise<IDBDatabase> {
  if (typeof indexedDB === 'undefined') {
    throw new GraftError({
      code: 'unavailable',
      what: 'There is no IndexedDB here.',
      expected: 'A browser was expected.',
      remedy: 'In Node, use fileStore from @graft-ml/core/node.',
    });
  }
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = (): void => {
      request.result.createObjectStore(FILES);
    };
    request.onsuccess = (): void => {
      resolve(request.result);
    };
    request.onerror = (): void => {
      reject(
        new GraftError({
          code: 'storage',
          what: `This browser does not open its IndexedDB: ${messageOf(request.error)}.`,
          remedy: 'Allow this site to keep data, or leave the private window.',
          cause: request.error,
        }),
      );
    };
  });
}

async function refused(where: string, cause: unknown): Promise<GraftError> {
  const isFull = cause instanceof DOMException && cause.name === 'QuotaExceededError';
  // Not the quota that it tells: browsers hide the size of the disk, and tell ten gigabytes where there are none.
  const { usage } = await navigator.storage.estimate().catch((): StorageEstimate => ({}));
  const kept = usage === undefined ? '' : `: this site keeps ${(usage / 1e6).toFixed(1)} MB already`;
  return new GraftError({
    code: 'storage',
    what: isFull
      ? `This browser has no space left for ${where}${kept}.`
      : `This browser refused ${where}: ${messageOf(cause)}.`,
    expected: 'What was stored before is unchanged.',
    remedy: isFull
      ? 'Remove models that are no longer needed (removeIndexedDbFolder), or download this one as a file.'
      : 'Allow this site to keep data, or download the model as a file.',
    cause,
  });
}
