import type { Updated, UpdateWeight } from './update-rule.js';

/** The update by a fused kernel or, on a backend without it, by the ops that `compose` prepares once. */
export function fusedOrComposed(
  fused: (...given: Parameters<UpdateWeight>) => Updated | undefined,
  compose: () => UpdateWeight,
): UpdateWeight {
  let composed: UpdateWeight | undefined;
  return (...given) => fused(...given) ?? (composed ??= compose())(...given);
}
