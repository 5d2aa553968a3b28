import { useBackend } from '@graft-ml/core';
import { cpu } from '@graft-ml/backend-cpu';
import { expect, test } from 'vitest';
import { webgl } from '../src/index.js';

test('in Node it says what would work, and a list goes on', async () => {
  await expect(useBackend(webgl())).rejects.toMatchObject({
    code: 'unavailable',
    remedy: expect.stringContaining('wasm()'),
  });
  const active = await useBackend([webgl(), cpu()]);
  expect(active.name).toBe('cpu');
  expect(active.refused).toEqual([{ name: 'webgl', why: expect.stringContaining('WebGL 2 does not exist here') }]);
});
