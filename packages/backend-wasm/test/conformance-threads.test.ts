import { beforeAll, describe, test } from 'vitest';
import { useBackend } from '@graft-ml/core';
import { checkOpCase, edgeCases, opCases } from '@graft-ml/testkit';
import { wasm } from '../src/index.js';
import { setThreads } from './bits.js';

beforeAll(async () => {
  await useBackend(wasm({ threads: 2 }));
  await setThreads(2);
});

describe('every operation agrees with the cpu backend on two threads', () => {
  test.each([...opCases, ...edgeCases])('$name', { timeout: 60_000 }, async (op) => {
    await checkOpCase(wasm({ threads: 2 }), op);
  });
});
