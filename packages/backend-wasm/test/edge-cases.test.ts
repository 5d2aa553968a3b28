import { test } from 'vitest';
import { checkOpCase, edgeCases } from '@graft-ml/testkit';
import { wasm } from '../src/index.js';

test.each(edgeCases)('$name', async (op) => {
  await checkOpCase(wasm(), op);
});
