import { convCases } from './conv-cases.js';
import { einsumCases } from './einsum-cases.js';
import { elementwiseCases } from './elementwise-cases.js';
import { nonFiniteCases } from './non-finite-cases.js';
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
