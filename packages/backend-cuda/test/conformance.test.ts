import { messageOf, useBackend } from '@graft-ml/core';
import { conformance } from '@graft-ml/testkit';
import { test } from 'vitest';
import { cuda } from '../src/index.js';

/** Why this cannot run here: the package is the user's to install, and never in the lockfile. */
const refusal = await useBackend(cuda()).then(
  () => undefined,
  (thrown: unknown) => messageOf(thrown),
);

if (refusal !== undefined) console.warn(`CUDA is not tested: ${refusal}`);

test.skipIf(refusal !== undefined).each(conformance(cuda(), { runs: 15, nonFinite: 'loud' }))(
  `$name (${refusal === undefined ? 'cuda' : 'no cuda here'})`,
  { timeout: 120_000 },
  async ({ run }) => {
    await run();
  },
);
