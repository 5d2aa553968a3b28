import type * as tf from '@tensorflow/tfjs-core';
import {
  createRng,
  GraftError,
  pixelScaleKey,
  pixelScaleOf,
  scalePictures,
  unscalePictures,
  withScope,
  type PixelScale,
} from '@graft-ml/core';
import type { Dataset } from '../dataset.js';
import { checkCount, checkIndices } from '../internal/checks.js';
import { derivedFingerprint, once } from '../internal/hash-array.js';
import { applyAugmentation } from './apply.js';
import { checkAugmentation, drawAugmentation, type Augmentation, type DrawnAugmentation } from './augmentation.js';

/** How the pictures were scaled: their `range` (default [0, 1]), `mean`, `std` and `order`. */
export interface ViewOptions extends Partial<PixelScale> {
  /** How many views of each picture there are. */
  readonly views: number;
  readonly seed: number;
}

/**
 * Several views of each picture of a dataset: example v · size + i is view v of picture i. View 0 is the picture itself,
 * the others are changed at random, each by the seed, its own number and the picture's alone. So an epoch over the views
 * sees every picture in as many ways, a resumed training sees what an uninterrupted one does, and features of all views can
 * be extracted once, so that training on frozen features stays as fast as it is without augmentation.
 *
 * @param dataset of pictures, one input [height, width, 1 or 3]
 * @throws GraftError `bad-input` for other data, or an augmentation that is out of range
 *
 * @example
 * ```ts
 * import { augmentedViews } from '@graft-ml/datasets/augment';
 * import { sketches } from '@graft-ml/datasets/sketches';
 * const { target } = sketches(0, { sourceTrain: 0, sourceTest: 0, targetTrain: 20, targetTest: 0 });
 * const views = augmentedViews(target.train, { crop: [0.7, 1], rotate: 10 }, { views: 4, seed: 1 });
 * console.log(views.size); // 80
 * ```
 */
export function augmentedViews(dataset: Dataset, augmentation: Augmentation, options: ViewOptions): Dataset {
  const { views, seed } = options;
  const scale = pixelScaleOf(options);
  const key = pixelScaleKey(scale);
  checkCount('The number of views', views, 1);
  checkAugmentation(augmentation);
  const [height = 0, width = 0, channels] = dataset.inputShapes[0] ?? [];
  if (dataset.inputShapes.length !== 1 || dataset.inputShapes[0]?.length !== 3 || (channels !== 1 && channels !== 3)) {
    throw new GraftError({
      code: 'bad-input',
      what: `The examples of "${dataset.name}" are ${JSON.stringify(dataset.inputShapes)}.`,
      expected: 'Pictures of one shape [height, width, 1 or 3] were expected.',
    });
  }
  const rng = createRng(seed).fork('views');
  const name = `${dataset.name} (${views} views)`;
  const size = dataset.size * views;
  const { classes } = dataset;
  return {
    name,
    size,
    inputShapes: dataset.inputShapes,
    target: dataset.target,
    ...(classes === undefined
      ? {}
      : { classes: Int32Array.from({ length: size }, (_, at) => classes[at % dataset.size] ?? 0) }),
    fingerprint: once(async () =>
      derivedFingerprint('views 1', await dataset.fingerprint(), JSON.stringify([augmentation, views, seed, key])),
    ),
    async batch(indices) {
      const wanted = checkIndices(name, size, indices);
      const batch = await dataset.batch(wanted.map((index) => index % dataset.size));
      const drawn = Array.from(wanted, (index) => {
        const [view, picture] = [Math.floor(index / dataset.size), index % dataset.size];
        return drawAugmentation(view === 0 ? {} : augmentation, rng.fork(view).fork(picture), { height, width });
      });
      try {
        const inputs: tf.Tensor[] = [];
        for (const images of batch.inputs) {
          inputs.push(await changed(images, drawn, scale, augmentation.beyond));
        }
        return { inputs, targets: batch.targets, indices: wanted };
      } catch (thrown) {
        batch.targets.dispose();
        throw thrown;
      } finally {
        for (const images of batch.inputs) images.dispose();
      }
    },
  };
}

/** Pictures of several ranges, one for each channel, are changed in [0, 1] and scaled again. */
async function changed(
  images: tf.Tensor,
  drawn: readonly DrawnAugmentation[],
  scale: PixelScale,
  beyond: Augmentation['beyond'],
): Promise<tf.Tensor> {
  if (Array.isArray(pixelScaleKey(scale))) return applyAugmentation(images, drawn, scale.range, beyond);
  return withScope(async (scope) => {
    const plain = scope.own(unscalePictures(images, scale));
    return scalePictures(scope.own(await applyAugmentation(plain, drawn, [0, 1], beyond)), scale);
  });
}
