import fc from 'fast-check';
import { expect, test } from 'vitest';
import { opCases } from '@graft-ml/testkit';
import { ALL_KERNELS } from '../src/kernels/all-kernels.js';

/** Enough to meet every kernel that a case draws. */
const SAMPLES = 20;
const drawn = opCases.flatMap(({ plans }) => fc.sample(plans, { numRuns: SAMPLES, seed: 1 }));

test.each(ALL_KERNELS.map(({ name }) => name))('%s has a property test', (name) => {
  expect(drawn.filter(({ kernel }) => kernel === name).length).toBeGreaterThanOrEqual(SAMPLES);
});
