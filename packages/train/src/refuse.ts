import { GraftError } from '@graft-ml/core';

/** @throws GraftError `bad-input`, always */
export function refuse(what: string, expected: string, remedy?: string): never {
  throw new GraftError({ code: 'bad-input', what, expected, ...(remedy === undefined ? {} : { remedy }) });
}
