import { beforeAll, expect, test } from 'vitest';
import { useBackend } from '@graft-ml/core';
import { checkOpCase, conformance, edgeCases } from '@graft-ml/testkit';
import { wasm } from '../src/index.js';
import { setThreads } from './bits.js';

const twoThreads = wasm({ threads: 2 });

// However small a kernel's work, it is divided: otherwise hardly any of this would leave the first thread.
beforeAll(async () => {
  await useBackend(twoThreads);
  await setThreads(2);
});

test.each([
  ...conformance(twoThreads),
  ...edgeCases.map((op) => ({ name: `operation ${op.name}`, run: () => checkOpCase(twoThreads, op) })),
])('$name', { timeout: 120_000 }, async ({ run }) => {
  await run();
  expect((await useBackend(twoThreads)).details['threads']).toBe(2);
});
