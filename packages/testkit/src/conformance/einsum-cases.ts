import fc from 'fast-check';
import { dimensions, seeds } from './draw.js';
import { einsumReference } from './einsum-reference.js';
import type { OpCase } from './op-case.js';
import type { KernelPlan } from './plan.js';

const EQUATIONS: readonly string[] = [
  'ij->ji',
  'ij->i',
  'ijk->',
  'i,i->',
  'i,j->ij',
  'ij,ij->ij',
  'ij,ij->i',
  'ij,jk->ik',
  'ij,kj->ik',
  'ji,jk->ki',
  'bij,bjk->bik',
  'bij,bkj->kbi',
  'bqhd,bkhd->bhqk',
  'bhqk,bkhd->bqhd',
  'bsd,dhk->bshk',
  'bqhk,hkd->bqd',
  'ijk,j->i',
  'abc,cb->a',
  'abk,kc->bac',
  'abk,kc->cba',
  'bsd,dc->bc',
  'bc,bsd->dc',
  'ab,cd->',
  'ab,bc->c',
  ',ij->ij',
];

/** Einsum over one and two operands, in float32 and int32. */
export const einsumCases: readonly OpCase[] = [
  {
    name: 'Einsum',
    reference: einsumReference,
    plans: fc
      .record({
        equation: fc.constantFrom(...EQUATIONS),
        sizes: fc.array(dimensions(6, 1), { minLength: 26, maxLength: 26 }),
        dtype: fc.constantFrom<'float32' | 'int32'>('float32', 'float32', 'int32'),
        seed: seeds,
      })
      .map(({ equation, sizes, dtype, seed }): KernelPlan => {
        const [left = ''] = equation.split('->');
        const inputs = left.split(',').map((term, at) => {
          const shape = Array.from(term).map((letter) => sizes[letter.charCodeAt(0) - 97] ?? 1);
          return [String(at), { shape, dtype, seed: seed + at }] as const;
        });
        return { kernel: 'Einsum', inputs: Object.fromEntries(inputs), attrs: { equation } };
      }),
  },
];
