import { GraftError } from '@graft-ml/core';

/** @throws GraftError `corrupt`, always */
export function corrupt(what: string, expected: string, remedy?: string): never {
  throw new GraftError({ code: 'corrupt', what, expected, ...(remedy === undefined ? {} : { remedy }) });
}
