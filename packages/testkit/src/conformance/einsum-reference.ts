import { valuesOf, type KernelPlan, type Outcome } from './plan.js';

/** Einsum by its definition: one loop over every letter, in double precision. */
export function einsumReference({ inputs, attrs }: KernelPlan): Outcome {
  const [left = '', output = ''] = (typeof attrs['equation'] === 'string' ? attrs['equation'] : '').split('->');
  const operands = Object.values(inputs);
  const terms = left.split(',').map((letters, at) => {
    const planned = operands[at];
    if (planned === undefined) throw new Error(`There is no operand for "${letters}".`);
    return { letters, shape: planned.shape, values: valuesOf(planned) };
  });
  const sizes = new Map<string, number>();
  for (const { letters, shape } of terms) {
    for (const [axis, letter] of [...letters].entries()) sizes.set(letter, shape[axis] ?? 1);
  }
  const letters = [...sizes.keys()];
  const flat = (term: string, at: ReadonlyMap<string, number>): number =>
    [...term].reduce((index, letter) => index * (sizes.get(letter) ?? 1) + (at.get(letter) ?? 0), 0);
  const shape = [...output].map((letter) => sizes.get(letter) ?? 1);
  const values = new Float64Array(shape.reduce((total, size) => total * size, 1));
  const at = new Map<string, number>();
  const loop = (depth: number): void => {
    const letter = letters[depth];
    if (letter === undefined) {
      const product = terms.reduce((total, term) => total * (term.values[flat(term.letters, at)] ?? 0), 1);
      const index = flat(output, at);
      values[index] = (values[index] ?? 0) + product;
      return;
    }
    for (let each = 0; each < (sizes.get(letter) ?? 1); each++) {
      at.set(letter, each);
      loop(depth + 1);
    }
  };
  loop(0);
  return { shape, dtype: operands[0]?.dtype ?? 'float32', values };
}
