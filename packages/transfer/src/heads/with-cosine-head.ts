import * as layers from '@tensorflow/tfjs-layers';
import { createRng, GraftError } from '@graft-ml/core';
import type { Backbone } from '../cut.js';
import { classificationHead } from '../head.js';
import { withLayers, type Grafted, type WithHeadOptions } from '../with-head.js';
import { CosineLayer } from './cosine-layer.js';
import { registerHeads } from './register-heads.js';

export interface CosineHeadOptions extends WithHeadOptions {
  /** What the learnt scale of the cosines starts at, above 0. Default 10. */
  readonly scale?: number;
}

/**
 * Put a cosine head on a backbone: softmax over s · cos(features, direction of the class), with s learnt. Neither the length of
 * the features nor a class's frequency sways it, which helps with few labels (Gidaris & Komodakis 2018,
 * https://arxiv.org/abs/1804.09458, section 3.2; "Baseline++" of Chen et al. 2019, https://arxiv.org/abs/1904.04232).
 *
 * Layers are named as by `withHead`; `head` gives the scaled cosines, `head_softmax` the probabilities. Plain tfjs loads the
 * saved model once `registerHeads()` was called.
 *
 * @throws GraftError `bad-input` for features that the bridge cannot turn into a vector, labels that are no head, or a scale
 *   of 0 or less
 */
export function withCosineHead(backbone: Backbone, labels: readonly string[], options: CosineHeadOptions): Grafted {
  registerHeads();
  const { scale = 10 } = options;
  const { target } = classificationHead({ labels });
  if (!(scale > 0 && Number.isFinite(scale))) {
    throw new GraftError({
      code: 'bad-input',
      what: `The scale of the cosine head is ${scale}.`,
      expected: 'A number above 0 was expected.',
    });
  }
  return withLayers(backbone, target, options, (name) => [
    new CosineLayer({
      name: name('head'),
      units: labels.length,
      scale,
      seed: createRng(options.seed).fork('head').fork('cosine').seed(),
    }),
    layers.layers.softmax({ name: name('head_softmax') }),
  ]);
}
