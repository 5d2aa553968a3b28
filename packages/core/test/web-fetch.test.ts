import { createServer, type Server } from 'node:http';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { webFetch } from '../src/node/index.js';

const servers: Server[] = [];
/** What went through the proxy. */
let proxied: string[];

async function listening(server: Server): Promise<string> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return `http://127.0.0.1:${address !== null && typeof address === 'object' ? address.port : 0}`;
}

beforeEach(() => {
  proxied = [];
  for (const name of ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'http_proxy', 'https_proxy', 'no_proxy']) {
    vi.stubEnv(name, undefined);
  }
});

afterEach(async () => {
  vi.unstubAllEnvs();
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

/** A proxy for both ways: whole addresses, and tunnels. */
function proxyServer(): Promise<string> {
  const server = createServer((request, response) => {
    proxied.push(request.url ?? '');
    response.end('by the proxy');
  });
  server.on('connect', (request, socket, head) => {
    proxied.push(request.url ?? '');
    const [host = '', port = '80'] = (request.url ?? '').split(':');
    const there = connect(Number(port), host, () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      there.write(head);
      there.pipe(socket);
      socket.pipe(there);
    });
    there.on('error', () => socket.destroy());
    socket.on('error', () => there.destroy());
  });
  return listening(server);
}

describe('the way to the web', () => {
  it('leads through the proxy that the environment names, and past it where it says so', async () => {
    const site = await listening(createServer((_, response) => response.end('the site')));
    const proxy = await proxyServer();
    const ask = async (): Promise<string> => {
      const answer = await (await webFetch())(site, { headers: { range: 'bytes=0-' } });
      return new TextDecoder().decode(await answer.arrayBuffer());
    };
    expect(await ask()).toBe('the site');
    expect(proxied).toEqual([]);
    vi.stubEnv('HTTP_PROXY', proxy);
    expect(await ask()).toMatch(/the site|by the proxy/);
    expect(proxied.length).toBe(1);
    expect(proxied[0]).toContain(new URL(site).host);
    vi.stubEnv('NO_PROXY', '127.0.0.1');
    expect(await ask()).toBe('the site');
    expect(proxied.length).toBe(1);
  });

  it('prefers the lower case, as curl does', async () => {
    const site = await listening(createServer((_, response) => response.end('the site')));
    vi.stubEnv('HTTP_PROXY', 'http://127.0.0.1:1');
    vi.stubEnv('http_proxy', await proxyServer());
    await (
      await webFetch()
    )(site);
    expect(proxied.length).toBe(1);
  });

  it('refuses a proxy that is no URL', async () => {
    vi.stubEnv('HTTPS_PROXY', 'not a url');
    await expect(webFetch()).rejects.toMatchObject({ code: 'bad-input', message: expect.stringContaining('proxy') });
  });
});
