import { test } from 'vitest';
import { conformance } from '@graft-ml/testkit';
import { webgpu } from '../src/index.js';

test.each(conformance(webgpu({ software: true }), { runs: 15, nonFinite: 'loud' }))(
  '$name',
  { timeout: 120_000 },
  async ({ run }) => {
    await run();
  },
);
