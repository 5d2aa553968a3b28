import { createRng, type Rng } from '@graft-ml/core';
import { arrayDataset } from '../array-dataset.js';
import type { Dataset } from '../dataset.js';
import { checkCount } from '../internal/checks.js';
import { SIDE } from './canvas.js';
import { drawSketch, type Difficulty } from './draw-sketch.js';
import { SKETCH_SIZES, type SketchSizes } from './sketch-sizes.js';
import { SOURCE_SHAPES } from './source-shapes.js';
import type { Shape } from './strokes.js';
import { TARGET_SHAPES } from './target-shapes.js';

const DIFFICULTY: Difficulty = {
  rotation: 0.05,
  smallest: 0.7,
  bend: 0.15,
  tremor: 0.05,
  gaps: 0.03,
  clutter: 2,
  grain: 0.1,
};

/** A source or target task: its training and its test pictures. */
export interface SketchTask {
  readonly train: Dataset;
  readonly test: Dataset;
}

/**
 * The embedded pair of tasks: ten hand-drawn glyphs (source) and ten things composed of the same strokes (target),
 * 28×28 greyscale, [28,28,1] in [0, 1]. Drawn by a seeded generator, the same on every machine; classes are balanced,
 * and a smaller set is the beginning of a bigger one.
 *
 * @param seed default 0: the data sets named `sketches-source` and `sketches-target`
 *
 * @example
 * ```ts
 * import { sketches } from '@graft-ml/datasets/sketches';
 * const { source, target } = sketches(0, { sourceTrain: 100, sourceTest: 50, targetTrain: 100, targetTest: 50 });
 * console.log(source.train.size, target.test.inputShapes); // 100, [[28, 28, 1]]
 * ```
 */
export function sketches(seed = 0, sizes: Partial<SketchSizes> = {}): { source: SketchTask; target: SketchTask } {
  return { source: sketchTask('source', seed, sizes), target: sketchTask('target', seed, sizes) };
}

/** One of the two tasks. See `sketches`. */
export function sketchTask(task: 'source' | 'target', seed = 0, sizes: Partial<SketchSizes> = {}): SketchTask {
  const { sourceTrain, sourceTest, targetTrain, targetTest } = { ...SKETCH_SIZES, ...sizes };
  const rng = createRng(seed).fork(`sketches-${task}`);
  const shapes = task === 'source' ? SOURCE_SHAPES : TARGET_SHAPES;
  const name = seed === 0 ? `sketches-${task}` : `sketches-${task}#${seed}`;
  return {
    train: drawn(`${name}/train`, shapes, task === 'source' ? sourceTrain : targetTrain, rng.fork('train')),
    test: drawn(`${name}/test`, shapes, task === 'source' ? sourceTest : targetTest, rng.fork('test')),
  };
}

function drawn(name: string, shapes: readonly Shape[], size: number, rng: Rng): Dataset {
  checkCount(`The size of ${name}`, size, 0);
  const data = new Uint8Array(size * SIDE * SIDE);
  const targets = Int32Array.from({ length: size }, (_, at) => at % shapes.length);
  for (const [at, id] of targets.entries()) {
    const shape = shapes[id];
    if (shape !== undefined) data.set(drawSketch(shape, rng.fork(at), DIFFICULTY), at * SIDE * SIDE);
  }
  return arrayDataset({
    name,
    inputs: [{ data, shape: [SIDE, SIDE, 1] }],
    targets,
    target: { kind: 'classes', labels: shapes.map(({ label }) => label) },
  });
}
