import type * as UndiciModule from 'undici';
import { GraftError, messageOf } from '../errors/graft-error.js';

/** The part of an answer that downloads read. */
export interface WebAnswer {
  readonly ok: boolean;
  readonly status: number;
  readonly statusText: string;
  readonly headers: { get(name: string): string | null };
  readonly body: (AsyncIterable<Uint8Array> & { cancel(): Promise<void> }) | null;
  arrayBuffer(): Promise<ArrayBuffer>;
}

export interface WebRequest {
  readonly method?: 'GET' | 'HEAD';
  readonly headers?: Record<string, string>;
  readonly signal?: AbortSignal;
}

/** `fetch`, as far as downloads need it. */
export type WebFetch = (url: string, request?: WebRequest) => Promise<WebAnswer>;

interface Proxies {
  readonly httpProxy?: string;
  readonly httpsProxy?: string;
  readonly noProxy?: string;
}

let known: { readonly key: string; readonly fetch: WebFetch } | undefined;

/**
 * The way to the web: Node's `fetch`, or, where `HTTP_PROXY` or `HTTPS_PROXY` is set (lower case goes before upper case),
 * one through that proxy, except to the hosts of `NO_PROXY`. Node's own `fetch` knows proxies only since 22.21 and 24.5, and
 * only with `NODE_USE_ENV_PROXY=1`; otherwise `undici`, an optional peer dependency, is used.
 *
 * @throws GraftError `unavailable` when a proxy is set and neither is there, `bad-input` for a proxy that is no URL
 */
export async function webFetch(): Promise<WebFetch> {
  const proxies = proxiesOf(process.env);
  if (proxies.httpProxy === undefined && proxies.httpsProxy === undefined) return fetch;
  if (process.env['NODE_USE_ENV_PROXY'] === '1' && process.allowedNodeEnvironmentFlags.has('--use-env-proxy')) {
    return fetch;
  }
  const key = JSON.stringify(proxies);
  if (known?.key !== key) known = { key, fetch: await throughProxy(proxies) };
  return known.fetch;
}

function proxiesOf(env: NodeJS.ProcessEnv): Proxies {
  const named = (name: string): string | undefined => {
    const value = env[name.toLowerCase()] ?? env[name];
    return value === '' ? undefined : value;
  };
  const [httpProxy, httpsProxy, noProxy] = [named('HTTP_PROXY'), named('HTTPS_PROXY'), named('NO_PROXY')];
  return {
    ...(httpProxy === undefined ? {} : { httpProxy }),
    ...(httpsProxy === undefined ? {} : { httpsProxy }),
    ...(noProxy === undefined ? {} : { noProxy }),
  };
}

async function throughProxy(proxies: Proxies): Promise<WebFetch> {
  let undici: typeof UndiciModule;
  try {
    undici = await import('undici');
  } catch (cause) {
    throw new GraftError({
      code: 'unavailable',
      what: 'HTTP_PROXY or HTTPS_PROXY is set, and the package undici, which reaches the web through a proxy, is not installed.',
      remedy:
        'Install it (npm install undici@7.30.2), or set NODE_USE_ENV_PROXY=1 on Node 22.21 or 24.5 and later, or unset the proxy.',
      cause,
    });
  }
  try {
    const dispatcher = new undici.EnvHttpProxyAgent(proxies);
    return (url, request = {}) => undici.fetch(url, { ...request, dispatcher });
  } catch (cause) {
    throw new GraftError({
      code: 'bad-input',
      what: `The proxy in HTTP_PROXY or HTTPS_PROXY cannot be used: ${messageOf(cause)}.`,
      expected: 'A URL such as http://proxy.example.org:3128 was expected.',
      cause,
    });
  }
}
