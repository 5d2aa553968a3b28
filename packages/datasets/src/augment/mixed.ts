import * as tf from '@tensorflow/tfjs-core';
import { createRng, GraftError } from '@graft-ml/core';
import { disposeBatch, type Batch, type Dataset } from '../dataset.js';
import { checkCount, checkIndices } from '../internal/checks.js';
import { derivedFingerprint, once } from '../internal/hash-array.js';
import { betaShare } from './beta-share.js';
import { averagedMask, pastedMask, type MixMask } from './mix-mask.js';

export interface MixOptions {
  /**
   * `mixup`: both inputs are averaged (Zhang et al. 2018, https://arxiv.org/abs/1710.09412); `cutmix`: a rectangle of the
   * other picture is pasted in (Yun et al. 2019, https://arxiv.org/abs/1905.04899).
   */
  readonly kind: 'mixup' | 'cutmix';
  /** Shares are drawn from Beta(alpha, alpha), alpha > 0; default 0.2 for mixup, 1 for cutmix, as in the papers. */
  readonly alpha?: number;
  /** How many mixtures begin with each example; default 1. */
  readonly views?: number;
  readonly seed: number;
}

/**
 * Examples mixed with others at random: example v · size + i is mixture v that begins with example i; with which other
 * one, and in what share, depends on the seed and its number alone, so that a resumed training sees the same. Targets are
 * the classes' shares, float32 [B, classes], which cross-entropy takes.
 *
 * `mixup` works on any inputs, on cached features too (Verma et al. 2019, https://arxiv.org/abs/1806.05236).
 *
 * @throws GraftError `bad-input` unless the targets are classes, for cutmix unless the inputs are pictures [H, W, C], or for
 *   an alpha that is not above 0
 *
 * @example
 * ```ts
 * import { mixed } from '@graft-ml/datasets/augment';
 * import { sketches } from '@graft-ml/datasets/sketches';
 * const { target } = sketches(0, { sourceTrain: 0, sourceTest: 0, targetTrain: 20, targetTest: 0 });
 * const batch = await mixed(target.train, { kind: 'cutmix', seed: 1 }).batch([0, 1]);
 * console.log(batch.targets.shape); // [2, 10]
 * ```
 */
export function mixed(dataset: Dataset, options: MixOptions): Dataset {
  const { kind, seed, views = 1, alpha = kind === 'mixup' ? 0.2 : 1 } = options;
  checkCount('The number of views', views, 1);
  const labels = dataset.target.kind === 'classes' ? dataset.target.labels.length : 0;
  const fits = labels > 0 && (kind === 'mixup' || dataset.inputShapes.every((shape) => shape.length === 3));
  if (!fits || !(alpha > 0 && Number.isFinite(alpha))) {
    throw new GraftError({
      code: 'bad-input',
      what: `"${dataset.name}", with inputs ${JSON.stringify(dataset.inputShapes)} and targets of the kind "${dataset.target.kind}", was to be mixed by ${kind} with alpha ${alpha}.`,
      expected: 'Classes, an alpha above 0, and for cutmix pictures [height, width, channels] were expected.',
    });
  }
  const rng = createRng(seed).fork(kind);
  const name = `${dataset.name} (${kind})`;
  const size = dataset.size * views;
  return {
    name,
    size,
    inputShapes: dataset.inputShapes,
    target: dataset.target,
    fingerprint: once(async () =>
      derivedFingerprint('mixed 1', await dataset.fingerprint(), JSON.stringify([kind, alpha, views, seed])),
    ),
    async batch(indices) {
      const wanted = checkIndices(name, size, indices);
      const own = wanted.map((index) => index % dataset.size);
      const streams = Array.from(own, (example, at) =>
        rng.fork(Math.floor((wanted[at] ?? 0) / dataset.size)).fork(example),
      );
      const others = Int32Array.from(streams, (stream) => stream.fork('other').int(dataset.size));
      const masks = streams.map((stream) => {
        const share = betaShare(stream.fork('share'), alpha);
        return kind === 'mixup'
          ? averagedMask(share)
          : pastedMask(share, stream.fork('box'), dataset.inputShapes[0] ?? []);
      });
      const first = await dataset.batch(own);
      try {
        const second = await dataset.batch(others);
        try {
          return { ...mixedBatch(first, second, masks, labels), indices: wanted };
        } finally {
          disposeBatch(second);
        }
      } finally {
        disposeBatch(first);
      }
    },
  };
}

function mixedBatch(first: Batch, second: Batch, masks: readonly MixMask[], labels: number): Omit<Batch, 'indices'> {
  const mix = (one: tf.Tensor, other: tf.Tensor | undefined): tf.Tensor =>
    tf.tidy(() => {
      const stacked = tf.stack(masks.map(({ values, shape }) => tf.tensor(values, [...shape])));
      const mask = tf.reshape(stacked, [...stacked.shape, ...Array.from({ length: one.rank - stacked.rank }, () => 1)]);
      return other === undefined ? tf.clone(one) : tf.add(other, tf.mul(mask, tf.sub(one, other)));
    });
  const inputs = first.inputs.map((one, at) => mix(one, second.inputs[at]));
  const targets = tf.tidy(() => {
    const share = tf.tensor2d(
      masks.map((mask) => mask.share),
      [masks.length, 1],
    );
    const classes = (ids: tf.Tensor): tf.Tensor => tf.cast(tf.oneHot(tf.cast(ids, 'int32'), labels), 'float32');
    return tf.add(tf.mul(share, classes(first.targets)), tf.mul(tf.sub(1, share), classes(second.targets)));
  });
  return { inputs, targets };
}
