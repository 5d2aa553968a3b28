import { adamRule } from './adam.js';
import type { OptimizerSpec } from './optimizer-spec.js';
import { sgdRule } from './sgd.js';
import type { UpdateRule } from './update-rule.js';

/** The rule that a spec describes. */
export function ruleFor(spec: OptimizerSpec): UpdateRule {
  return spec.kind === 'sgd' ? sgdRule(spec) : adamRule(spec);
}
