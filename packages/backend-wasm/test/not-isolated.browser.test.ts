import * as tf from '@tensorflow/tfjs-core';
import { expect, test, vi } from 'vitest';
import { useBackend } from '@graft-ml/core';
import { wasm } from '../src/index.js';

test('a page that is not isolated says why, once, and computes on one thread', async () => {
  // The pages of these tests are isolated: this one only says that it is not, which is what is asked.
  vi.stubGlobal('crossOriginIsolated', false);
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
  const active = await useBackend(wasm({ threads: 2 }));
  await useBackend(wasm({ threads: 2 }));
  expect(active.details).toMatchObject({ threads: 1 });
  expect(warn).toHaveBeenCalledTimes(1);
  expect(warn.mock.calls.flat().join('\n')).toMatch(/not cross-origin isolated.*Cross-Origin-Opener-Policy/);
  warn.mockRestore();
  expect([...(await tf.matMul(tf.ones([2, 2]), tf.ones([2, 2])).data())]).toEqual([2, 2, 2, 2]);
});
