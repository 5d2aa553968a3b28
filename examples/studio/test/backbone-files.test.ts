import { sha256 } from '@graft-ml/core';
import type { PublishedWeights } from '@graft-ml/zoo';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { backboneFiles, type FetchOptions } from '../src/engine/backbone-files.js';

const CONTENTS = new Map(
  ['model.json', 'shard1', 'shard2'].map((name) => [name, new TextEncoder().encode(`all of ${name}`)]),
);

async function published(): Promise<PublishedWeights> {
  const files = await Promise.all(
    [...CONTENTS].map(async ([name, bytes]) => ({
      name,
      urls: [`https://example.org/${name}`],
      bytes: bytes.length,
      sha256: await sha256(bytes),
    })),
  );
  return { folder: 'toy', format: 'tfjs-layers', files };
}

/** A browser with a cache and a network, both of memory. */
function browserWith(given: {
  put?: () => Promise<never>;
  open?: () => Promise<never>;
  answer?: (name: string) => Response;
}) {
  const kept = new Map<string, Response>();
  const cache = {
    match: (url: string) => Promise.resolve(kept.get(url)?.clone()),
    put: given.put ?? ((url: string, response: Response) => Promise.resolve(void kept.set(url, response))),
  };
  const asked: string[] = [];
  vi.stubGlobal('caches', { open: given.open ?? (() => Promise.resolve(cache)) });
  vi.stubGlobal('fetch', (url: string) => {
    asked.push(url);
    const name = url.slice(url.lastIndexOf('/') + 1);
    return Promise.resolve(given.answer?.(name) ?? new Response(CONTENTS.get(name)?.slice() ?? null));
  });
  return { asked, kept };
}

function listening(): FetchOptions & { readonly told: string[] } {
  const told: string[] = [];
  const { signal } = new AbortController();
  return { signal, onProgress: () => undefined, onNotKept: (why) => told.push(why), told };
}

describe('the files of a backbone', () => {
  afterEach(() => vi.unstubAllGlobals());

  it('are fetched once, and then come from the cache', async () => {
    const { asked } = browserWith({});
    await backboneFiles(await published(), listening());
    expect(asked).toHaveLength(3);
    const options = listening();
    const store = await backboneFiles(await published(), options);
    expect(asked).toHaveLength(3);
    expect(new TextDecoder().decode(await store.read('shard2'))).toBe('all of shard2');
    expect(options.told).toEqual([]);
  });

  it('are there when the browser’s storage is full, which is said once', async () => {
    browserWith({ put: () => Promise.reject(new DOMException('full', 'QuotaExceededError')) });
    const options = listening();
    const store = await backboneFiles(await published(), options);
    expect(await store.has('shard1')).toBe(true);
    expect(options.told).toHaveLength(1);
    expect(options.told[0]).toContain('storage is full');
  });

  it('are refused when nobody has checked them, before anything is fetched', async () => {
    const { asked } = browserWith({});
    const { files, ...rest } = await published();
    const unchecked = { ...rest, files: files.map(({ name, urls }) => ({ name, urls })) };
    await expect(backboneFiles(unchecked, listening())).rejects.toMatchObject({
      code: 'bad-input',
      what: expect.stringContaining('model.json'),
    });
    expect(asked).toEqual([]);
  });

  it('are there when the browser keeps nothing at all', async () => {
    browserWith({ open: () => Promise.reject(new DOMException('not here', 'SecurityError')) });
    const options = listening();
    expect(await (await backboneFiles(await published(), options)).has('model.json')).toBe(true);
    expect(options.told).toHaveLength(1);
  });

  it('are fetched again when what was kept is damaged, and refused when what comes is', async () => {
    const { asked, kept } = browserWith({});
    await backboneFiles(await published(), listening());
    kept.set('https://example.org/shard1', new Response('something else'));
    await backboneFiles(await published(), listening());
    expect(asked.filter((url) => url.endsWith('shard1'))).toHaveLength(2);
    browserWith({ answer: () => new Response('something else') });
    await expect(backboneFiles(await published(), listening())).rejects.toMatchObject({ code: 'corrupt' });
  });

  it('are missed with words when the server has none', async () => {
    browserWith({ answer: () => new Response('', { status: 503 }) });
    await expect(backboneFiles(await published(), listening())).rejects.toMatchObject({
      code: 'unavailable',
      remedy: expect.stringContaining('small backbone'),
    });
  });
});
