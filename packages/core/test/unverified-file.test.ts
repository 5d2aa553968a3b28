import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { whenKept } from './when-kept.js';
import type { Progress } from '../src/index.js';
import { findUnverifiedFile, readPin } from '../src/node/index.js';

let cacheDir: string;
let server: Server;
let base: string;
let contents: Buffer;
let etag: string | undefined;
/** After how many bytes the next answer is cut. */
let cutAfter: number | undefined;
/** What ranges were asked for. */
let asked: (string | undefined)[];

const bytesOf = (fill: number): Buffer =>
  Buffer.from(Uint8Array.from({ length: 200_000 }, (_, at) => (at * fill) % 251));
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

beforeEach(async () => {
  cacheDir = await mkdtemp(join(tmpdir(), 'graft-unverified-'));
  contents = bytesOf(7);
  etag = '"one"';
  cutAfter = undefined;
  asked = [];
  server = createServer((request, response) => {
    asked.push(request.headers.range);
    if (request.url !== '/weights.bin') {
      response.writeHead(404).end();
      return;
    }
    const range = /^bytes=(\d+)-$/.exec(request.headers.range ?? '');
    const from = range !== null && request.headers['if-range'] === etag ? Number(range[1]) : 0;
    const headers = { 'content-length': contents.length - from, ...(etag === undefined ? {} : { etag }) };
    if (from > 0)
      response.writeHead(206, {
        ...headers,
        'content-range': `bytes ${from}-${contents.length - 1}/${contents.length}`,
      });
    else response.writeHead(200, headers);
    if (cutAfter === undefined) response.end(contents.subarray(from));
    else {
      response.write(contents.subarray(from, from + cutAfter));
      // More than what one of the tests leaves there.
      void whenKept(join(cacheDir, 'net', 'weights.bin.part'), 1000).then(() => response.destroy());
    }
    cutAfter = undefined;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  base = `http://127.0.0.1:${address !== null && typeof address === 'object' ? address.port : 0}`;
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await rm(cacheDir, { recursive: true, force: true });
});

const file = (...paths: string[]) => ({
  name: 'weights.bin',
  urls: (paths.length === 0 ? ['/weights.bin'] : paths).map((path) => base + path),
});
const find = (more = {}) => findUnverifiedFile('net', file(), { cacheDir, ...more });

describe('a file that nobody vouches for', () => {
  it('is pinned at its first download, and found in the cache afterwards', async () => {
    const progress: Progress[] = [];
    const first = await find({ onProgress: (each: Progress) => progress.push(each) });
    expect(first.place).toBe('web');
    expect(Buffer.from(first.bytes).equals(contents)).toBe(true);
    expect(progress.at(-1)).toMatchObject({ done: contents.length, total: contents.length });
    expect(await readPin('net', 'weights.bin', cacheDir)).toMatchObject({
      bytes: contents.length,
      sha256: sha256(contents),
      from: `${base}/weights.bin`,
    });
    expect(await readdir(join(cacheDir, 'net'))).toEqual(['weights.bin']);
    expect((await find({ offline: true })).place).toBe('cache');
    expect(asked.length).toBe(1);
  });

  it('is refused, with words, when a later download is another one', async () => {
    await find();
    await rm(join(cacheDir, 'net'), { recursive: true });
    contents = bytesOf(8);
    etag = '"two"';
    await expect(find()).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringMatching(
        /when it was first used here\..*trust the new one, remove .*pins.*weights\.bin\.json/,
      ),
    });
    await rm(join(cacheDir, 'pins'), { recursive: true });
    expect(Buffer.from((await find()).bytes).equals(contents)).toBe(true);
  });

  it('is fetched again when what is in the cache was changed', async () => {
    await find();
    await writeFile(join(cacheDir, 'net', 'weights.bin'), 'another');
    expect((await find()).place).toBe('web');
  });

  it('is pinned where it is found, in the data folder first', async () => {
    const dataDir = join(cacheDir, 'data');
    await mkdir(join(dataDir, 'net'), { recursive: true });
    await writeFile(join(dataDir, 'net', 'weights.bin'), contents);
    expect((await find({ dataDir, offline: true })).place).toBe('data-dir');
    await writeFile(join(dataDir, 'net', 'weights.bin'), bytesOf(9));
    await expect(find({ dataDir, offline: true })).rejects.toMatchObject({ code: 'corrupt' });
  });

  it('goes on where it stopped while the server has the same file', async () => {
    cutAfter = 50_000;
    expect(Buffer.from((await find()).bytes).equals(contents)).toBe(true);
    expect(asked[0]).toBeUndefined();
    expect(asked[1]).toMatch(/^bytes=[1-9]\d*-$/);
  });

  it('starts anew when the server has another file, or does not vouch for it', async () => {
    cutAfter = 50_000;
    const part = join(cacheDir, 'net', 'weights.bin.part');
    await mkdir(join(cacheDir, 'net'), { recursive: true });
    await writeFile(part, bytesOf(3).subarray(0, 1000));
    await writeFile(`${part}.json`, JSON.stringify({ url: `${base}/weights.bin`, etag: '"old"' }));
    expect(Buffer.from((await find()).bytes).equals(contents)).toBe(true);
    await rm(join(cacheDir, 'net'), { recursive: true });
    await rm(join(cacheDir, 'pins'), { recursive: true });
    etag = undefined;
    cutAfter = 50_000;
    asked = [];
    expect(Buffer.from((await find()).bytes).equals(contents)).toBe(true);
    expect(asked).toEqual([undefined, undefined]);
  });

  it('is taken from the next server when the first does not have it', async () => {
    const found = await findUnverifiedFile('net', file('/nowhere', '/weights.bin'), { cacheDir });
    expect(found.place).toBe('web');
    await expect(findUnverifiedFile('other', file('/nowhere', '/no'), { cacheDir })).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringMatching(/nowhere \(it answered 404.*\/no \(/),
    });
  });

  it('is not fetched offline', async () => {
    await expect(find({ offline: true })).rejects.toMatchObject({ code: 'unavailable' });
    expect(asked).toEqual([]);
  });

  it('is not trusted by a pin that is damaged', async () => {
    await find();
    const pin = join(cacheDir, 'pins', 'net', 'weights.bin.json');
    expect(JSON.parse(await readFile(pin, 'utf8'))).toHaveProperty('at');
    await writeFile(pin, '{}');
    await expect(find()).rejects.toMatchObject({ code: 'corrupt' });
  });
});
