import type { Dataset } from '../src/index.js';
import { arrayDataset } from '../src/index.js';

/** `size` examples of shape [2]: example i holds [i, −i] and has class i mod `classes`. */
export function toy(size: number, classes = 3, name = 'toy'): Dataset {
  return arrayDataset({
    name,
    inputs: [
      { data: Float32Array.from({ length: 2 * size }, (_, at) => (at % 2 === 0 ? at / 2 : -(at - 1) / 2)), shape: [2] },
    ],
    targets: Int32Array.from({ length: size }, (_, at) => at % classes),
    target: { kind: 'classes', labels: Array.from({ length: classes }, (_, at) => `class ${at}`) },
  });
}

/** The first number of each example of a batch: for toys, its number in the toy. */
export async function firsts(dataset: Dataset, indices: ArrayLike<number>): Promise<number[]> {
  const batch = await dataset.batch(indices);
  const [input] = batch.inputs;
  const values = [...((await input?.data()) ?? [])];
  const width = (input?.size ?? 0) / Math.max(1, input?.shape[0] ?? 1);
  for (const each of [...batch.inputs, batch.targets]) each.dispose();
  return values.filter((_, at) => at % width === 0);
}

/** 0 … size−1. */
export function upTo(size: number): number[] {
  return Array.from({ length: size }, (_, at) => at);
}
