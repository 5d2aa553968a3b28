import { GraftError } from '@graft-ml/core';

export interface KeptPicture {
  readonly id: number;
  readonly file: File;
  readonly small: Blob;
}

export interface KeptClass {
  readonly id: number;
  readonly name: string;
  readonly pictures: readonly KeptPicture[];
}

interface ClassRow {
  readonly id: number;
  readonly name: string;
  /** Numbers of its pictures, in order. */
  readonly pictures: readonly number[];
}

/**
 * Classes and pictures in this browser's own storage (IndexedDB), for users who ask for it. Each `write` is one
 * transaction: all of it is kept, or what was kept before.
 */
export class Keeper {
  readonly #name: string;
  /** Numbers of the pictures that are kept: only what is new is written. */
  #kept: ReadonlySet<number> = new Set();
  #last: Promise<unknown> = Promise.resolve();

  constructor(name = 'graft-studio') {
    this.#name = name;
  }

  /** What was kept; nothing when nothing was. */
  read(): Promise<KeptClass[]> {
    return this.#inTurn(async () => {
      const database = await this.#open();
      try {
        const reading = database.transaction(['classes', 'pictures'], 'readonly');
        const rows: ClassRow[] = await done(reading.objectStore('classes').getAll());
        const pictures: KeptPicture[] = await done(reading.objectStore('pictures').getAll());
        this.#kept = new Set(pictures.map(({ id }) => id));
        const byId = new Map(pictures.map((picture) => [picture.id, picture]));
        return rows.map(({ id, name, pictures: members }) => ({
          id,
          name,
          pictures: members.flatMap((each) => byId.get(each) ?? []),
        }));
      } finally {
        database.close();
      }
    });
  }

  /** Keep this, and nothing else. @throws GraftError `storage` when the browser has no room: what was kept before stays */
  write(classes: readonly KeptClass[]): Promise<void> {
    return this.#inTurn(async () => {
      const database = await this.#open();
      const pictures = classes.flatMap((each) => each.pictures);
      const wanted = new Set(pictures.map(({ id }) => id));
      const writing = database.transaction(['classes', 'pictures'], 'readwrite');
      const ended = completed(writing);
      try {
        const shelf = writing.objectStore('pictures');
        for (const id of this.#kept) if (!wanted.has(id)) shelf.delete(id);
        for (const picture of pictures) if (!this.#kept.has(picture.id)) shelf.put(picture);
        const list = writing.objectStore('classes');
        list.clear();
        for (const { id, name, pictures: members } of classes) {
          const row: ClassRow = { id, name, pictures: members.map((each) => each.id) };
          list.put(row);
        }
        await ended;
        this.#kept = wanted;
      } catch (cause) {
        // What failed by itself has ended already; what was refused must not be half done.
        await abandon(writing, ended);
        throw new GraftError({
          code: 'storage',
          what: 'This browser has no room for more pictures, so the last ones are not kept for the next visit.',
          expected: 'They are still here in this page, and what was kept before is as it was.',
          remedy: 'Free some space, or download the model before you leave.',
          cause,
        });
      } finally {
        database.close();
      }
    });
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const next = this.#last.then(work);
    this.#last = next.catch(() => undefined);
    return next;
  }

  #open(): Promise<IDBDatabase> {
    const request = indexedDB.open(this.#name, 1);
    request.onupgradeneeded = (): void => {
      request.result.createObjectStore('classes', { keyPath: 'id' });
      request.result.createObjectStore('pictures', { keyPath: 'id' });
    };
    return done(request);
  }
}

function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = (): void => resolve(request.result);
    request.onerror = (): void => reject(request.error ?? new Error('The browser gave no reason.'));
  });
}

async function abandon(transaction: IDBTransaction, ended: Promise<void>): Promise<void> {
  try {
    transaction.abort();
  } catch {
    // It has ended.
  }
  await ended.catch(() => undefined);
}

function completed(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = (): void => resolve();
    const fail = (): void => reject(transaction.error ?? new Error('The browser gave no reason.'));
    transaction.onerror = fail;
    transaction.onabort = fail;
  });
}
