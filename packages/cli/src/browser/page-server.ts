import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import type { PageMessage, PageRequest } from '../page/requests.js';

export interface PageServer {
  readonly url: string;
  close(): void;
}

/** Shared memory, and so threads, exist only on isolated pages. */
const HEADERS = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' };

/** Serve a page and its request to this machine alone, and take what the page posts. */
export async function servePage(
  script: Uint8Array,
  request: PageRequest,
  onMessage: (message: PageMessage) => void,
): Promise<PageServer> {
  const answer = async (asked: IncomingMessage, response: ServerResponse): Promise<void> => {
    const send = (type: string, body: string | Uint8Array): void => {
      response.writeHead(200, { ...HEADERS, 'Content-Type': type }).end(body);
    };
    switch (asked.url) {
      case '/':
        send('text/html', '<!doctype html><script type="module" src="/page.js"></script>');
        break;
      case '/page.js':
        send('text/javascript', script);
        break;
      case '/request':
        send('application/json', JSON.stringify(request));
        break;
      case '/message': {
        const message: PageMessage = JSON.parse(await text(asked));
        send('text/plain', '');
        onMessage(message);
        break;
      }
      default:
        response.writeHead(404, HEADERS).end();
    }
  };
  const server = createServer((asked, response) => {
    answer(asked, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}/`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
