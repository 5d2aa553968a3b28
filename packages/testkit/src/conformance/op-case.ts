import fc from 'fast-check';
import { useBackend, type Backend } from '@graft-ml/core';
import { cpu } from '@graft-ml/backend-cpu';
import { assertLoud, assertSameOutcome } from './compare.js';
import { runPlan, type KernelPlan, type Outcome } from './plan.js';

/** One property: for every plan that `plans` draws, a backend must give what the cpu backend gives. */
export interface OpCase {
  readonly name: string;
  readonly plans: fc.Arbitrary<KernelPlan>;
  readonly tolerance?: number;
  /** Whether it is about NaN and infinities. */
  readonly nonFinite?: boolean;
  /** What a plan must give, worked out without any engine; default: what the cpu backend gives. */
  readonly reference?: (plan: KernelPlan) => Outcome;
}

/**
 * Check an op on `backend` against the cpu backend, or against its own reference.
 *
 * @param options `runs`: random plans; `loud`: only that what is not finite there is not finite here
 * @throws Error with the smallest plan that was found to differ
 */
export async function checkOpCase(
  backend: Backend,
  op: OpCase,
  { runs = 60, loud = false }: { readonly runs?: number; readonly loud?: boolean } = {},
): Promise<void> {
  await fc.assert(
    fc.asyncProperty(op.plans, async (plan) => {
      if (op.reference === undefined) await useBackend(cpu());
      const expected = op.reference?.(plan) ?? (await runPlan(plan));
      await useBackend(backend);
      const actual = await runPlan(plan);
      if (loud) assertLoud(actual, expected);
      else assertSameOutcome(actual, expected, op.tolerance ?? 1e-4);
    }),
    { numRuns: runs, seed: 20240229 },
  );
}
