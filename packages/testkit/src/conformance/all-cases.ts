import { convCases } from './conv-cases.js';
import { einsumCases } from './einsum-cases.js';
import { nonFiniteCases } from './non-finite-cases.js';
import type { OpCase } from './op-case.js';
import { poolCases } from './pool-cases.js';
import { productCases } from './product-cases.js';
import { reductionCases } from './reduction-cases.js';

/** Every operation that a Graft backend must do as the cpu backend does. */
export const opCases: readonly OpCase[] = [
  ...productCases,
  ...convCases,
  ...poolCases,
  ...reductionCases,
  ...einsumCases,
  ...nonFiniteCases,
];
