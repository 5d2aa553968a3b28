import { GraftError } from '@graft-ml/core';

const ELSE = 'Choose another engine under “Engine and numbers”: WASM runs everywhere.';

/** An error in the words of this page, where what helps is a button and not a call. */
export function explained(thrown: unknown): unknown {
  if (!(thrown instanceof GraftError) || thrown.code !== 'engine-lost') return thrown;
  return new GraftError({
    code: 'engine-lost',
    what: 'The browser took the graphics card away from this page, and with it what was being learnt.',
    expected:
      'That happens when its driver hangs, memory runs out or a laptop changes its card. Your pictures are all here.',
    remedy: `Train again. ${ELSE}`,
    cause: thrown,
  });
}

/** An engine that does not start. @throws GraftError that says why, and what to choose */
export function notHere(thrown: unknown): never {
  if (!(thrown instanceof GraftError)) throw thrown;
  const { code, what, expected } = thrown;
  throw new GraftError({ code, what, ...(expected === undefined ? {} : { expected }), remedy: ELSE, cause: thrown });
}
