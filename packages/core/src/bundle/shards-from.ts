import { GraftError, messageOf } from '../errors/graft-error.js';
import type { HttpAnswer, HttpStoreOptions } from '../store/http-store.js';

/**
 * Allow a model's weight files on other hosts: made for `loadBundle(store, { elsewhere })`.
 *
 * @param origins such as `https://cdn.example.org`; a path after them narrows what is allowed to what lies below it
 * @throws GraftError `bad-input`, when called, for a place that is not among them; `not-found`, `unavailable`
 *
 * @example
 * ```ts
 * import { shardsFrom } from '@graft-ml/core';
 * const elsewhere = shardsFrom(['https://cdn.example.org/weights/']);
 * await elsewhere('https://example.com/group1.bin').catch((error) => console.log(error.code)); // bad-input
 * ```
 */
export function shardsFrom(
  origins: readonly string[],
  options: HttpStoreOptions = {},
): (path: string) => Promise<Uint8Array> {
  const allowed = origins.map((origin) => new URL(origin.endsWith('/') ? origin : `${origin}/`));
  return async (path) => {
    const url = URL.canParse(path) ? new URL(path) : undefined;
    const home = allowed.find(({ origin, pathname }) => url?.origin === origin && url.pathname.startsWith(pathname));
    if (url === undefined || home === undefined || url.pathname.endsWith('/')) {
      throw new GraftError({
        code: 'bad-input',
        what: `The weight file ${JSON.stringify(path)} lies where none was allowed.`,
        expected: `One below ${origins.join(' or ')} was expected.`,
      });
    }
    let answer: HttpAnswer;
    try {
      answer = await (options.fetch ?? fetch)(url.href);
    } catch (cause) {
      throw new GraftError({
        code: 'unavailable',
        what: `${url.href} could not be fetched: ${messageOf(cause)}.`,
        remedy: 'Check the address and the connection.',
        cause,
      });
    }
    if (!answer.ok) throw new GraftError({ code: 'not-found', what: `${url.href} answered ${answer.status}.` });
    return new Uint8Array(await answer.arrayBuffer());
  };
}
