export { opCases } from './conformance/all-cases.js';
export { assertSameOutcome } from './conformance/compare.js';
export { checkGradients, type Differentiable } from './conformance/directional.js';
export { differentiableNetworks } from './conformance/networks.js';
export { checkOpCase, type OpCase } from './conformance/op-case.js';
export { runPlan, valuesOf, type KernelPlan, type Outcome, type PlannedTensor } from './conformance/plan.js';
export { assertNoLeaks, type LeakCheck } from './leaks.js';
