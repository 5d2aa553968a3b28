import fc from 'fast-check';
import { useBackend, type Backend } from '@graft-ml/core';
import { cpu } from '@graft-ml/backend-cpu';
import { assertSameOutcome } from './compare.js';
import { runPlan, type KernelPlan } from './plan.js';

/** One property: for every plan that `plans` draws, a backend must give what the cpu backend gives. */
export interface OpCase {
  readonly name: string;
  readonly plans: fc.Arbitrary<KernelPlan>;
  readonly tolerance?: number;
}

/**
 * Check an op on `backend` against the cpu backend.
 *
 * @throws Error with the smallest plan that was found to differ
 */
export async function checkOpCase(backend: Backend, op: OpCase, runs = 60): Promise<void> {
  await fc.assert(
    fc.asyncProperty(op.plans, async (plan) => {
      await useBackend(cpu());
      const expected = await runPlan(plan);
      await useBackend(backend);
      assertSameOutcome(await runPlan(plan), expected, op.tolerance ?? 1e-4);
    }),
    { numRuns: runs, seed: 20240229 },
  );
}
