import { describe, test } from 'vitest';
import { checkOpCase, opCases } from '@graft-ml/testkit';
import { wasm } from '../src/index.js';

describe('every operation agrees with the cpu backend', () => {
  test.each(opCases)('$name', { timeout: 60_000 }, async (op) => {
    await checkOpCase(wasm(), op);
  });
});
