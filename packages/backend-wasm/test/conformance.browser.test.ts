import { describe, expect, test } from 'vitest';
import { useBackend } from '@graft-ml/core';
import { checkOpCase, edgeCases, opCases } from '@graft-ml/testkit';
import { wasm } from '../src/index.js';

/** Node 20 runs the build without relaxed SIMD, Chromium the one with it: here every kernel of that one is compared. */
describe('every operation of the relaxed-SIMD build agrees with the cpu backend', () => {
  test('which is the one that runs here', async () => {
    expect((await useBackend(wasm())).details['relaxedSimd']).toBe(true);
  });

  test.each([...opCases, ...edgeCases])('$name', async (op) => {
    await checkOpCase(wasm(), op, { runs: 15 });
  });
});
