import { test } from 'vitest';
import { conformance } from '@graft-ml/testkit';
import { wasm } from '../src/index.js';

test.each(conformance(wasm()))('$name', { timeout: 120_000 }, async ({ run }) => {
  await run();
});
