import * as tf from '@tensorflow/tfjs-core';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { expect, test } from 'vitest';
import { useBackend } from '@graft-ml/core';
import { wasm } from '../src/index.js';

test('an engine that failed in other hands is refused with words', async () => {
  setWasmPaths('/nowhere/');
  expect(await tf.setBackend('wasm')).toBe(false);
  await expect(useBackend(wasm())).rejects.toMatchObject({
    name: 'GraftError',
    code: 'unavailable',
    what: expect.stringContaining('failed to start earlier'),
    remedy: expect.stringContaining('Reload the page'),
  });
});
