import { GraftError } from '../errors/graft-error.js';
import { assertInside, checkRange, pastTheEnd, type ByteRange, type Store } from './store.js';

export interface HttpStoreOptions {
  /** How to fetch; default the engine's own `fetch`. In Node, `await webFetch()` of `@graft-ml/core/node` honours proxies. */
  readonly fetch?: (
    url: string,
    request?: { method?: 'GET' | 'HEAD'; headers?: Record<string, string> },
  ) => Promise<HttpAnswer>;
}

/** The part of a `Response` that is read. */
export interface HttpAnswer {
  readonly ok: boolean;
  readonly status: number;
  arrayBuffer(): Promise<ArrayBuffer>;
}

/**
 * A read-only folder on the web.
 *
 * @param base the folder's URL, with or without a trailing slash
 */
export function httpStore(base: string | URL, options: HttpStoreOptions = {}): Store {
  const get = options.fetch ?? fetch;
  const root = new URL(String(base).endsWith('/') ? base : `${String(base)}/`);
  const fetchNamed = async (name: string, method: 'GET' | 'HEAD', headers = {}): Promise<HttpAnswer> => {
    assertInside(name);
    try {
      return await get(new URL(name, root).href, { method, headers });
    } catch (cause) {
      throw new GraftError({
        code: 'unavailable',
        what: `${root.href}${name} could not be fetched.`,
        remedy: 'Check the address and the connection.',
        cause,
      });
    }
  };
  const answered = (name: string, status: number): GraftError =>
    new GraftError({ code: 'not-found', what: `${root.href}${name} answered ${status}.` });
  /** A server that does not know ranges (status 200) sends the whole file; one that does, no more than was asked for. */
  const readRange = async (name: string, range: ByteRange): Promise<Uint8Array> => {
    checkRange(range);
    if (range.begin === range.end) return new Uint8Array(0);
    const response = await fetchNamed(name, 'GET', { Range: `bytes=${range.begin}-${range.end - 1}` });
    if (response.status === 416) throw pastTheEnd(root.href + name, range, range.begin);
    if (!response.ok) throw answered(name, response.status);
    const body = new Uint8Array(await response.arrayBuffer());
    const begin = response.status === 206 ? 0 : range.begin;
    const end = begin + range.end - range.begin;
    if (body.byteLength < end) throw pastTheEnd(root.href + name, range, range.begin - begin + body.byteLength);
    return body.slice(begin, end);
  };
  const refuse = (): Promise<never> =>
    Promise.reject(
      new GraftError({ code: 'storage', what: `${root.href} is read-only.`, remedy: 'Write to another store.' }),
    );
  return {
    location: root.href,
    async has(name) {
      return (await fetchNamed(name, 'HEAD')).ok;
    },
    async read(name) {
      const response = await fetchNamed(name, 'GET');
      if (!response.ok) throw answered(name, response.status);
      return new Uint8Array(await response.arrayBuffer());
    },
    async readRanges(name, ranges) {
      const parts: Uint8Array[] = [];
      for (const range of ranges) parts.push(await readRange(name, range));
      return parts;
    },
    write: refuse,
    remove: refuse,
  };
}
