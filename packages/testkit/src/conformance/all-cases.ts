import { convCases } from './conv-cases.js';
import { einsumCases } from './einsum-cases.js';
import { elementwiseCases } from './elementwise-cases.js';
import { emptyCases } from './empty-cases.js';
import { everyNonFiniteCase, nonFiniteCases } from './non-finite-cases.js';
import type { OpCase } from './op-case.js';
import { poolCases } from './pool-cases.js';
import { productCases } from './product-cases.js';
import { reductionCases } from './reduction-cases.js';
import { viewCases } from './view-cases.js';

/** Every operation that a Graft backend must do as the cpu backend does. */
export const opCases: readonly OpCase[] = [
  ...productCases,
  ...convCases,
  ...poolCases,
  ...reductionCases,
  ...einsumCases,
  ...elementwiseCases,
  ...viewCases,
  ...nonFiniteCases,
];

/**
 * More than other engines promise, which tfjs runs: no examples, single elements, and NaN and infinities in each input of
 * each kernel.
 */
export const edgeCases: readonly OpCase[] = [...emptyCases, ...everyNonFiniteCase];
