import { chmod, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { assertInside, GraftError, httpStore, memoryStore, sha256, sha256OfText, type Store } from '../src/index.js';
import { fileStore, storageError, writeAtomic } from '../src/node/index.js';
import { bytesOf, caught, present, textOf } from './helpers.js';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'graft-store-'));
});
afterEach(async () => {
  await chmod(folder, 0o755);
  await rm(folder, { recursive: true, force: true });
});

const ESCAPES = [
  '../x',
  'a/../../x',
  '/etc/passwd',
  '',
  '.',
  'a//b',
  'a/./b',
  'a\\..\\b',
  'C:\\x',
  'file:///x',
  'https://x.org/y',
  'a\0b',
  'a/',
];

describe('assertInside', () => {
  it.each(ESCAPES)('refuses %j', (name) => {
    expect(() => assertInside(name)).toThrow(GraftError);
  });

  it.each(['x', 'weights/group1.bin', '..x', 'x..', 'a b', 'x.json'])('allows %j', (name) => {
    expect(() => assertInside(name)).not.toThrow();
  });
});

describe.each<[string, () => Store]>([
  ['fileStore', () => fileStore(join(folder, 'new'))],
  ['memoryStore', () => memoryStore()],
])('%s', (_, make) => {
  it('reads back what was written, overwrites, and removes', async () => {
    const store = make();
    expect(await store.has('deep/a.bin')).toBe(false);
    await store.write('deep/a.bin', Uint8Array.of(1, 2, 3));
    await store.write('deep/a.bin', Uint8Array.of(4));
    expect(await store.has('deep/a.bin')).toBe(true);
    expect([...(await store.read('deep/a.bin'))]).toEqual([4]);
    await store.remove('deep/a.bin');
    expect(await store.has('deep/a.bin')).toBe(false);
    await store.remove('deep/a.bin');
  });

  it('says not-found for what is not there, and names it', async () => {
    const error = await caught(() => make().read('nothing.bin'));
    expect(error.code).toBe('not-found');
    expect(error.message).toContain('nothing.bin');
  });

  it('keeps its own copy of the bytes', async () => {
    const store = make();
    const bytes = Uint8Array.of(1, 2);
    await store.write('a', bytes);
    bytes[0] = 9;
    const read = await store.read('a');
    expect([...read]).toEqual([1, 2]);
    read[0] = 9;
    expect([...(await store.read('a'))]).toEqual([1, 2]);
  });

  it('reads ranges: any bytes, in any order, more than once', async () => {
    const store = make();
    await store.write('a', Uint8Array.of(0, 1, 2, 3, 4, 5));
    const ranges = [
      { begin: 4, end: 6 },
      { begin: 0, end: 3 },
      { begin: 2, end: 2 },
      { begin: 2, end: 5 },
    ];
    const parts = await store.readRanges('a', ranges);
    expect(parts.map((part) => [...part])).toEqual([[4, 5], [0, 1, 2], [], [2, 3, 4]]);
    present(parts[1])[0] = 9;
    expect([...(await store.read('a'))]).toEqual([0, 1, 2, 3, 4, 5]);
    expect(await store.readRanges('a', [])).toEqual([]);
  });

  it.each([
    { begin: 2, end: 4 },
    { begin: 7, end: 8 },
    { begin: 0, end: 2 ** 40 },
  ])('says corrupt for bytes $begin to $end of a file of 3, and allocates nothing of that size', async (range) => {
    const store = make();
    await store.write('a', Uint8Array.of(1, 2, 3));
    const error = await caught(() => store.readRanges('a', [{ begin: 0, end: 1 }, range]));
    expect(error.code).toBe('corrupt');
    expect(error.message).toMatch(new RegExp(`Bytes ${range.begin} to ${range.end} of .*a were asked for, which has`));
  });

  it.each([
    { begin: -1, end: 2 },
    { begin: 2, end: 1 },
    { begin: 0.5, end: 2 },
    { begin: 0, end: Number.NaN },
  ])('refuses bytes $begin to $end', async (range) => {
    const store = make();
    await store.write('a', Uint8Array.of(1, 2, 3));
    expect((await caught(() => store.readRanges('a', [range]))).code).toBe('bad-input');
  });

  it('says not-found for ranges of what is not there', async () => {
    expect((await caught(() => make().readRanges('nothing.bin', [{ begin: 0, end: 1 }]))).code).toBe('not-found');
  });

  it.each(ESCAPES)('writes nothing under the name %j', async (name) => {
    expect((await caught(() => make().write(name, Uint8Array.of(1)))).code).toBe('bad-input');
    if (existsSync(join(folder, 'new'))) expect(await readdir(join(folder, 'new'))).toEqual([]);
  });
});

describe('writeAtomic', () => {
  it('leaves nothing but the file behind', async () => {
    await writeAtomic(join(folder, 'a/b.txt'), 'first');
    await writeAtomic(join(folder, 'a/b.txt'), 'second');
    expect(await readFile(join(folder, 'a/b.txt'), 'utf8')).toBe('second');
    expect(await readdir(join(folder, 'a'))).toEqual(['b.txt']);
  });

  it('never shows half a file, however many write at once', async () => {
    const path = join(folder, 'shared.txt');
    const texts = Array.from({ length: 12 }, (_, index) => String(index % 10).repeat(200_000));
    await writeAtomic(path, present(texts[0]));
    const seen: string[] = [];
    await Promise.all(
      texts.map(async (text) => {
        await writeAtomic(path, text);
        seen.push(await readFile(path, 'utf8'));
      }),
    );
    for (const text of seen) expect(texts.includes(text)).toBe(true);
    expect(await readdir(folder)).toEqual(['shared.txt']);
  });

  it('keeps the old file and no temporary one when the name cannot be taken', async () => {
    await mkdir(join(folder, 'taken/inner'), { recursive: true });
    const error = await caught(() => writeAtomic(join(folder, 'taken'), 'x'));
    expect(error.code).toBe('storage');
    expect(error.message).toContain(join(folder, 'taken'));
    expect(await readdir(folder)).toEqual(['taken']);
  });

  it('says so when a part of the path is a file', async () => {
    await writeFile(join(folder, 'file'), 'old');
    const error = await caught(() => writeAtomic(join(folder, 'file/x.bin'), 'x'));
    expect(error.code).toBe('storage');
    expect(await readFile(join(folder, 'file'), 'utf8')).toBe('old');
  });

  it.skipIf(process.getuid?.() === 0 || process.platform === 'win32')(
    'says so for a read-only folder, and keeps the old file',
    async () => {
      await writeFile(join(folder, 'a'), 'old');
      await chmod(folder, 0o555);
      const error = await caught(() => writeAtomic(join(folder, 'a'), 'new'));
      expect(error.code).toBe('storage');
      expect(error.remedy).toContain('folder that you may write to');
      expect(await readFile(join(folder, 'a'), 'utf8')).toBe('old');
    },
  );

  it.skipIf(!existsSync('/proc/self'))('says so for a folder that takes no files', async () => {
    const error = await caught(() => writeAtomic('/proc/graft-test.bin', 'x'));
    expect(error.code).toBe('storage');
  });

  it.skipIf(!existsSync('/dev/full'))('gives the remedy of a full disk', async () => {
    await symlink('/dev/full', join(folder, 'full'));
    const cause: unknown = await writeFile(join(folder, 'full'), 'x').then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    const error = storageError(join(folder, 'full'), cause);
    expect(error.code).toBe('storage');
    expect(error.message).toMatch(/ENOSPC.*The disk is full/);
  });

  it.each([
    ['ENOSPC', /full/],
    ['EDQUOT', /quota/],
    ['EROFS', /read-only/],
    ['EACCES', /denied/],
    ['EIO', /Check the path/],
  ])('has a remedy for %s', (code, remedy) => {
    expect(storageError('/x', Object.assign(new Error('no'), { code })).remedy).toMatch(remedy);
  });
});

describe('httpStore', () => {
  let server: Server;
  let base = '';

  beforeAll(async () => {
    server = createServer((request, response) => {
      const bytes = Uint8Array.of(1, 2, 3);
      const [, begin, end] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? [];
      if (request.url === '/models/a.bin') response.end(bytes);
      else if (request.url === '/models/ranged.bin' && begin !== undefined && end !== undefined) {
        if (Number(begin) >= bytes.length) response.writeHead(416).end();
        else response.writeHead(206).end(bytes.subarray(Number(begin), Number(end) + 1));
      } else response.writeHead(404).end();
    });
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    const address = server.address();
    base = `http://127.0.0.1:${address !== null && typeof address === 'object' ? address.port : 0}/models`;
  });
  afterAll(() => {
    server.close();
  });

  it.each(['', '/'])('reads below its base URL (ending in %j)', async (slash) => {
    const store = httpStore(base + slash);
    expect([...(await store.read('a.bin'))]).toEqual([1, 2, 3]);
    expect(await store.has('a.bin')).toBe(true);
    expect(await store.has('b.bin')).toBe(false);
    expect((await caught(() => store.read('b.bin'))).message).toMatch(/b\.bin answered 404/);
  });

  it.each(['a.bin', 'ranged.bin'])('reads ranges from servers that know them or not (%s)', async (name) => {
    const store = httpStore(base);
    const parts = await store.readRanges(name, [
      { begin: 1, end: 3 },
      { begin: 0, end: 1 },
      { begin: 3, end: 3 },
    ]);
    expect(parts.map((part) => [...part])).toEqual([[2, 3], [1], []]);
    for (const range of [
      { begin: 2, end: 4 },
      { begin: 5, end: 6 },
    ]) {
      expect((await caught(() => store.readRanges(name, [range]))).code).toBe('corrupt');
    }
    const missing = await caught(() => store.readRanges('b.bin', [{ begin: 0, end: 1 }]));
    expect(missing.message).toMatch(/b\.bin answered 404/);
  });

  it.each(ESCAPES)('fetches nothing under the name %j', async (name) => {
    expect((await caught(() => httpStore(base).read(name))).code).toBe('bad-input');
  });

  it('is read-only, and says when nobody answers', async () => {
    expect((await caught(() => httpStore(base).write('a.bin', Uint8Array.of(1)))).code).toBe('storage');
    expect((await caught(() => httpStore(base).remove('a.bin'))).code).toBe('storage');
    expect((await caught(() => httpStore('http://127.0.0.1:1/x').read('a.bin'))).code).toBe('unavailable');
  });
});

describe('sha256', () => {
  it('agrees with the published test vectors (FIPS 180-4)', async () => {
    expect(await sha256OfText('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
    expect(await sha256(new Uint8Array(0))).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  });

  it('takes a view of shared memory', async () => {
    const shared = new Uint8Array(new SharedArrayBuffer(3));
    shared.set(bytesOf('abc'));
    expect(await sha256(shared)).toBe(await sha256OfText(textOf(bytesOf('abc'))));
  });
});
