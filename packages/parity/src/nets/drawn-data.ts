import { createRng } from '@graft-ml/core';
import { arrayDataset, type Dataset } from '@graft-ml/datasets';

/** Classes of random examples: nothing to learn but by heart, which is enough to compare engines by. */
export function drawnData(
  name: string,
  options: {
    readonly examples: number;
    readonly shape: readonly number[];
    readonly classes: number;
    readonly draw: 'normal' | number;
  },
): Dataset {
  const { examples, shape, classes, draw } = options;
  const rng = createRng(7).fork(name);
  const size = shape.reduce((total, each) => total * each, examples);
  const next = (): number => (draw === 'normal' ? rng.normal() : rng.int(draw));
  return arrayDataset({
    name,
    inputs: [{ data: Float32Array.from({ length: size }, next), shape: [...shape] }],
    targets: Int32Array.from({ length: examples }, () => rng.int(classes)),
    target: { kind: 'classes', labels: Array.from({ length: classes }, (_, at) => `class ${at}`) },
  });
}
