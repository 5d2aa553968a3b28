import { GraftError } from '../errors/graft-error.js';
import { assertInside, type Store } from './store.js';

/**
 * A read-only folder on the web.
 *
 * @param base the folder's URL, with or without a trailing slash
 */
export function httpStore(base: string | URL): Store {
  const root = new URL(String(base).endsWith('/') ? base : `${String(base)}/`);
  const fetchNamed = async (name: string, method: 'GET' | 'HEAD'): Promise<Response> => {
    assertInside(name);
    try {
      return await fetch(new URL(name, root), { method });
    } catch (cause) {
      throw new GraftError({
        code: 'unavailable',
        what: `${root.href}${name} could not be fetched.`,
        remedy: 'Check the address and the connection.',
        cause,
      });
    }
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
      if (!response.ok) {
        throw new GraftError({ code: 'not-found', what: `${root.href}${name} answered ${response.status}.` });
      }
      return new Uint8Array(await response.arrayBuffer());
    },
    write: refuse,
    remove: refuse,
  };
}
