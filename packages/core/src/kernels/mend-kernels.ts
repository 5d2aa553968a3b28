import { composeKernel } from './composed-kernel.js';
import { einsumKernel } from './einsum.js';
import { emptyOperandKernels } from './empty-operands.js';

/**
 * Put right what tfjs 4.22 gets wrong on every engine (einsum) and on its GPU engines (empty operands), by composing it of
 * ops that are right. For backends, once their engine's kernels are registered. Twice is harmless.
 *
 * @param engine the name under which TensorFlow.js knows the engine, e.g. `webgl`
 */
export function mendKernels(engine: string): void {
  composeKernel(einsumKernel, engine);
  for (const kernel of emptyOperandKernels) composeKernel(kernel, engine);
}
