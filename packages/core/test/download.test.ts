import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile, mkdir, chmod } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { whenKept } from './when-kept.js';
import type { Progress } from '../src/index.js';
import { download, type DownloadOptions } from '../src/node/download.js';

const contents = Buffer.from(Uint8Array.from({ length: 300_000 }, (_, at) => (at * 7 + (at >> 8)) % 256));
const facts = { bytes: contents.length, sha256: createHash('sha256').update(contents).digest('hex') };

type Handler = (request: IncomingMessage, response: ServerResponse, from: number) => void;

let folder: string;
let server: Server;
let base: string;
let handlers: Record<string, Handler>;
/** What was asked of the server: `path` or `path from`. */
let log: string[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'graft-download-'));
  handlers = {};
  log = [];
  server = createServer((request, response) => {
    const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
    log.push(from > 0 ? `${request.url ?? ''} ${from}` : (request.url ?? ''));
    const handler = handlers[request.url ?? ''];
    if (handler === undefined) response.writeHead(404).end('no such file');
    else handler(request, response, from);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  base = `http://127.0.0.1:${address !== null && typeof address === 'object' ? address.port : 0}`;
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await rm(folder, { recursive: true, force: true });
});

/** A proper server: whole or the range asked for. */
const good: Handler = (_, response, from) => {
  if (from > 0) response.writeHead(206, { 'content-range': `bytes ${from}-${contents.length - 1}/${contents.length}` });
  else response.writeHead(200, { 'content-length': contents.length });
  response.end(contents.subarray(from));
};

/** Answers properly, but cuts the connection after `count` bytes. */
function cutting(count: number): Handler {
  return (_, response, from) => {
    const headers = { 'content-length': contents.length - from };
    if (from > 0)
      response.writeHead(206, {
        ...headers,
        'content-range': `bytes ${from}-${contents.length - 1}/${contents.length}`,
      });
    else response.writeHead(200, headers);
    response.write(contents.subarray(from, from + count));
    void whenKept(join(folder, 'set', 'file.gz.part'), from).then(() => response.destroy());
  };
}

const ignoringRange: Handler = (request, response) => good(request, response, 0);

function get(paths: readonly string[], more: Partial<DownloadOptions> = {}): Promise<void> {
  return download({ ...facts, urls: paths.map((path) => base + path), path: join(folder, 'set', 'file.gz'), ...more });
}

async function finalFile(): Promise<Buffer> {
  return readFile(join(folder, 'set', 'file.gz'));
}

async function files(): Promise<string[]> {
  return (await readdir(join(folder, 'set'))).toSorted();
}

async function leavePart(bytes: Uint8Array): Promise<void> {
  await mkdir(join(folder, 'set'));
  await writeFile(join(folder, 'set', 'file.gz.part'), bytes);
}

describe('download', () => {
  it('fetches, checks and renames, and reports progress to the last byte', async () => {
    handlers['/a'] = good;
    const seen: Progress[] = [];
    await get(['/a'], { onProgress: (progress) => seen.push(progress), title: 'set/file.gz' });
    expect((await finalFile()).equals(contents)).toBe(true);
    expect(await files()).toEqual(['file.gz']);
    expect(seen.at(-1)).toMatchObject({
      task: 'downloading set/file.gz',
      unit: 'bytes',
      done: contents.length,
      total: contents.length,
    });
    expect(seen.map(({ done }) => done)).toEqual(seen.map(({ done }) => done).toSorted((a, b) => a - b));
  });

  it('goes on where a cut connection stopped, on the same server', async () => {
    handlers['/a'] = cutting(100_000);
    await get(['/a']);
    expect((await finalFile()).equals(contents)).toBe(true);
    expect(log).toEqual(['/a', '/a 100000', '/a 200000']);
  });

  it('goes on at the next server, from what the first one gave', async () => {
    handlers['/a'] = (request, response, from) =>
      from === 0 ? cutting(50_000)(request, response, 0) : response.destroy();
    handlers['/b'] = good;
    await get(['/a', '/b']);
    expect((await finalFile()).equals(contents)).toBe(true);
    expect(log).toEqual(['/a', '/a 50000', '/b 50000']);
  });

  it('goes on from what an earlier run left', async () => {
    await leavePart(contents.subarray(0, 123_456));
    handlers['/a'] = good;
    await get(['/a']);
    expect(log).toEqual(['/a 123456']);
    expect((await finalFile()).equals(contents)).toBe(true);
  });

  it('needs no server for a part that is whole, and drops one that is too long', async () => {
    await leavePart(contents);
    await get(['/a']);
    expect(log).toEqual([]);
    expect(await files()).toEqual(['file.gz']);
    await rm(join(folder, 'set'), { recursive: true });
    await leavePart(Buffer.concat([contents, contents]));
    handlers['/a'] = good;
    await get(['/a']);
    expect(log).toEqual(['/a']);
    expect((await finalFile()).equals(contents)).toBe(true);
  });

  it('starts again when the server knows no ranges', async () => {
    await leavePart(contents.subarray(0, 1000));
    handlers['/a'] = ignoringRange;
    await get(['/a']);
    expect((await finalFile()).equals(contents)).toBe(true);
  });

  it('starts again when what was left turns out to be wrong', async () => {
    await leavePart(Buffer.alloc(1000, 1));
    handlers['/a'] = good;
    await get(['/a']);
    expect(log).toEqual(['/a 1000', '/a']);
    expect((await finalFile()).equals(contents)).toBe(true);
  });

  it('does not trust a range that begins elsewhere', async () => {
    await leavePart(contents.subarray(0, 1000));
    handlers['/a'] = (_, response) => {
      response.writeHead(206, { 'content-range': `bytes 0-9/${contents.length}` }).end(contents.subarray(0, 10));
    };
    handlers['/b'] = good;
    await get(['/a', '/b']);
    expect((await finalFile()).equals(contents)).toBe(true);
    expect(log).toEqual(['/a 1000', '/b 1000']);
  });

  it('asks the next server after wrong bytes, too many, too few, an error and a refusal', async () => {
    handlers['/wrong'] = (_, response) => response.end(Buffer.alloc(contents.length));
    handlers['/long'] = (_, response) => response.end(Buffer.concat([contents, contents]));
    handlers['/short'] = (_, response) => response.end(contents.subarray(0, 10));
    // Without a content-length, only the end tells.
    handlers['/long-stream'] = (_, response) => {
      response.write(contents);
      response.end(contents);
    };
    handlers['/short-stream'] = (_, response) => {
      response.write(Buffer.alloc(10));
      response.end();
    };
    handlers['/error'] = (_, response) => response.writeHead(503).end();
    handlers['/cut'] = (_, response) => response.destroy();
    handlers['/good'] = good;
    await get(['/wrong', '/long', '/error', '/missing', '/cut', '/short', '/long-stream', '/short-stream', '/good']);
    expect(log.at(-1)).toBe('/good');
    expect((await finalFile()).equals(contents)).toBe(true);
    expect(await files()).toEqual(['file.gz']);
  });

  it('says of each server why it did not do, and leaves no file under the final name', async () => {
    handlers['/wrong'] = (_, response) => response.end(Buffer.alloc(contents.length));
    handlers['/page'] = (_, response) => response.end('<html>');
    const failed = get(['/missing', '/page', '/wrong']);
    await expect(failed).rejects.toMatchObject({ code: 'unavailable' });
    await expect(failed).rejects.toThrow(
      /missing \(it answered 404 Not Found\).*page \(it offers 6 bytes, 300000 were expected\).*wrong \(the bytes have sha256 [0-9a-f]{64}, [0-9a-f]{64} was expected\)/,
    );
    expect(await files()).toEqual([]);
  });

  it('says when nothing listens', async () => {
    await expect(get([], { urls: ['http://127.0.0.1:9/file'] })).rejects.toThrow(
      /127\.0\.0\.1:9\/file \(fetch failed: .+\)/,
    );
  });

  it('gives up on a server that falls silent, and keeps what came', async () => {
    handlers['/a'] = (_, response) => {
      response.writeHead(200, { 'content-length': contents.length });
      response.write(contents.subarray(0, 5000));
    };
    await expect(get(['/a'], { patienceMs: 150 })).rejects.toThrow(/it sent nothing for 150 ms/);
    expect(await files()).toEqual(['file.gz.part']);
  });

  it('keeps the part when it is cancelled, and goes on from it', async () => {
    const controller = new AbortController();
    handlers['/a'] = (_, response) => {
      response.writeHead(200, { 'content-length': contents.length });
      response.write(contents.subarray(0, 5000));
      setTimeout(() => {
        controller.abort();
      }, 100);
    };
    await expect(get(['/a'], { signal: controller.signal })).rejects.toMatchObject({ code: 'cancelled' });
    expect(await files()).toEqual(['file.gz.part']);
    handlers['/a'] = good;
    await get(['/a']);
    expect(log).toEqual(['/a', '/a 5000']);
    expect((await finalFile()).equals(contents)).toBe(true);
  });

  it('two at once do not spoil each other’s file', async () => {
    handlers['/a'] = good;
    await Promise.all([get(['/a']), get(['/a'])]);
    expect((await finalFile()).equals(contents)).toBe(true);
  });

  it('says when the folder cannot be written', async () => {
    handlers['/a'] = good;
    await writeFile(join(folder, 'file'), 'in the way');
    await expect(get(['/a'], { path: join(folder, 'file', 'x.gz') })).rejects.toMatchObject({ code: 'storage' });
    await mkdir(join(folder, 'taken.gz'));
    await expect(get(['/a'], { path: join(folder, 'taken.gz') })).rejects.toMatchObject({ code: 'storage' });
    await mkdir(join(folder, 'set'));
    await chmod(join(folder, 'set'), 0o500);
    // The superuser may write anywhere: then there is nothing to refuse.
    if (process.getuid?.() !== 0) await expect(get(['/a'])).rejects.toMatchObject({ code: 'storage' });
  });
});
