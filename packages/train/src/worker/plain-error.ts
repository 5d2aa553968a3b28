import { GraftError, messageOf, type GraftErrorParts } from '@graft-ml/core';

/** An error as plain data: structured clones lose the class and the code of a GraftError. */
export function plainError(thrown: unknown, job: string): GraftErrorParts {
  if (!(thrown instanceof GraftError)) {
    return { code: 'internal', what: `The job "${job}" failed in its worker: ${messageOf(thrown)}` };
  }
  const { code, what, expected, remedy } = thrown;
  return {
    code,
    what,
    ...(expected === undefined ? {} : { expected }),
    ...(remedy === undefined ? {} : { remedy }),
  };
}
