import { GraftError } from '../errors/graft-error.js';

/**
 * Where a file may be fetched, the user's own mirror first: a web folder with `<folder>/<file>` for each set of files, as the
 * data folder is laid out.
 *
 * @param mirror default the environment variable `GRAFT_MIRROR`, if set
 * @throws GraftError `bad-input` for a mirror that is no http(s) address
 */
export function withMirror(
  folder: string,
  { name, urls }: { readonly name: string; readonly urls: readonly string[] },
  mirror: string | undefined = process.env['GRAFT_MIRROR'],
): readonly string[] {
  if (mirror === undefined || mirror === '') return urls;
  const base = URL.canParse(mirror) ? new URL(mirror.endsWith('/') ? mirror : `${mirror}/`) : undefined;
  if (base?.protocol !== 'https:' && base?.protocol !== 'http:') {
    throw new GraftError({
      code: 'bad-input',
      what: `The mirror "${mirror}" is no address.`,
      expected: 'A web folder such as https://mirror.example.org/graft/ was expected.',
      remedy: 'Correct GRAFT_MIRROR, or leave it out.',
    });
  }
  return [new URL(`${folder}/${name}`, base).href, ...urls];
}
