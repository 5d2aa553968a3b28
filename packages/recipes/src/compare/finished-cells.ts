import { z } from 'zod';
import { networkOf, sha256, sha256OfText, type Store } from '@graft-ml/core';
import type { LayersModel } from '@tensorflow/tfjs-layers';

/**
 * Results of cells that are kept as soon as they are there, so that a comparison that was killed goes on after them. A
 * result is found again only by everything that it depends on: cell, budget, data, source, engine and versions.
 */
export class FinishedCells {
  readonly #store: Store | undefined;
  readonly #facts: unknown;

  /** @param facts what all cells have in common and depend on; plain JSON */
  constructor(store: Store | undefined, facts: unknown) {
    this.#store = store;
    this.#facts = facts;
  }

  /**
   * What was kept for a cell; undefined when nothing was, or it is damaged.
   *
   * @param cell plain JSON
   * @param schema what a kept result must look like
   * @throws GraftError `storage` when the store refuses
   */
  async kept<R>(cell: unknown, schema: z.ZodType<R>): Promise<R | undefined> {
    if (this.#store === undefined) return undefined;
    const { key, name } = await this.#placeOf(cell);
    const kept = schema.safeParse(await read(this.#store, name, key));
    return kept.success ? kept.data : undefined;
  }

  /** Keep what a cell came to. @returns it */
  async keep<R>(cell: unknown, result: R): Promise<R> {
    if (this.#store === undefined) return result;
    const { key, name } = await this.#placeOf(cell);
    await this.#store.write(name, new TextEncoder().encode(`${JSON.stringify({ key, result })}\n`));
    return result;
  }

  async #placeOf(cell: unknown): Promise<{ key: string; name: string }> {
    const key = JSON.stringify([this.#facts, cell]);
    return { key, name: `${(await sha256OfText(key)).slice(0, 32)}.json` };
  }
}

const envelope = z.object({ key: z.string(), result: z.unknown() });

/** Files that are damaged or of something else are as good as absent. */
async function read(store: Store, name: string, key: string): Promise<unknown> {
  if (!(await store.has(name))) return undefined;
  try {
    const parsed = envelope.safeParse(JSON.parse(new TextDecoder().decode(await store.read(name))));
    return parsed.success && parsed.data.key === key ? parsed.data.result : undefined;
  } catch (thrown) {
    if (thrown instanceof SyntaxError) return undefined;
    throw thrown;
  }
}

/** A sha256 of a model's weights and their names. */
export async function modelFingerprint(model: LayersModel): Promise<string> {
  const parts: string[] = [];
  for (const { name, shape, variable } of networkOf(model).weights) {
    const values = Float32Array.from(await variable.data());
    parts.push(`${name} ${shape.join('×')} ${await sha256(new Uint8Array(values.buffer))}`);
  }
  return sha256OfText(parts.join('\n'));
}
