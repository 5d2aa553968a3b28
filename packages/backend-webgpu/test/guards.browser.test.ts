import { test } from 'vitest';
import { webgpu } from '../src/index.js';
import { GUARDS } from './guards.js';

test.each(GUARDS)('$name', { timeout: 120_000 }, async ({ check }) => {
  await check(webgpu);
});
