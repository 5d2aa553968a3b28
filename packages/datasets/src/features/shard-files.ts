import { GraftError, sha256, type Store } from '@graft-ml/core';
import {
  shardFormat,
  shardName,
  shardRows,
  viewShard,
  type FeatureLayout,
  type Shard,
  type ShardFormat,
} from './feature-layout.js';
import { addFinished, readFinished, type FinishedShards } from './feature-manifest.js';

/**
 * The shards of one layout: those being filled, in two buffers that take turns, and those in the store, if there is one.
 *
 * While one shard is written the next is filled, and no third one exists.
 */
export class ShardFiles {
  readonly #store: Store | undefined;
  readonly #layout: FeatureLayout;
  readonly #formats = new Map<number, ShardFormat>();
  readonly #buffers = new Map<string, Shard>();
  #writing: Promise<void> = Promise.resolve();
  /** Those known so far, by this process or in the manifest. */
  #finished: FinishedShards = new Map();
  #turn = 0;

  constructor(layout: FeatureLayout, store: Store | undefined) {
    this.#layout = layout;
    this.#store = store;
  }

  /** Look which shards the store has; call it first. */
  async open(): Promise<void> {
    if (this.#store !== undefined) this.#finished = await readFinished(this.#store, this.#layout);
  }

  /** A finished shard; undefined when it is missing, or its file has not the sha256 that the manifest says. */
  async read(shard: number): Promise<Shard | undefined> {
    const name = shardName(this.#layout, shard);
    const expected = this.#finished.get(name);
    if (this.#store === undefined || expected === undefined) return undefined;
    let file: Uint8Array;
    try {
      file = await this.#store.read(name);
    } catch (thrown) {
      if (thrown instanceof GraftError && thrown.code === 'not-found') return undefined;
      throw thrown;
    }
    const rows = shardRows(this.#layout, shard);
    const view = viewShard(this.#layout, rows, this.#format(rows), file);
    return view !== undefined && (await sha256(file)) === expected ? view : undefined;
  }

  /** A shard to fill. Its contents are what an earlier one left. */
  buffer(shard: number): Shard {
    const rows = shardRows(this.#layout, shard);
    this.#turn = 1 - this.#turn;
    const name = `${rows} ${this.#turn}`;
    const known = this.#buffers.get(name);
    if (known !== undefined) return known;
    const format = this.#format(rows);
    const file = new Uint8Array(format.byteLength);
    file.set(format.header);
    const made = viewShard(this.#layout, rows, format, file);
    if (made === undefined) throw new GraftError({ code: 'internal', what: 'A shard does not fit its own format.' });
    this.#buffers.set(name, made);
    return made;
  }

  /** Begin to write a shard that is full, after the one before it is written. A failure is thrown by the next call. */
  async write(shard: number, { bytes }: Shard): Promise<void> {
    await this.#writing;
    const store = this.#store;
    if (store === undefined) return;
    const name = shardName(this.#layout, shard);
    this.#writing = (async (): Promise<void> => {
      await store.write(name, bytes);
      this.#finished = new Map([...this.#finished, [name, await sha256(bytes)]]);
      await addFinished(store, this.#layout, this.#finished);
    })();
    // Thrown where it is awaited; until then it must not count as unhandled.
    this.#writing.catch(() => undefined);
  }

  /** Wait for what is being written. */
  async flush(): Promise<void> {
    await this.#writing;
  }

  #format(rows: number): ShardFormat {
    const format = this.#formats.get(rows) ?? shardFormat(this.#layout, rows);
    this.#formats.set(rows, format);
    return format;
  }
}
