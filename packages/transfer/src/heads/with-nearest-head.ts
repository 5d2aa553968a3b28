import * as tf from '@tensorflow/tfjs-core';
import * as layers from '@tensorflow/tfjs-layers';
import { GraftError } from '@graft-ml/core';
import type { Backbone } from '../cut.js';
import { classificationHead } from '../head.js';
import { withLayers, type Grafted, type WithHeadOptions } from '../with-head.js';
import { NearestLayer } from './nearest-layer.js';
import { registerHeads } from './register-heads.js';

export interface NearestHeadOptions extends Omit<WithHeadOptions, 'seed'> {
  /** Features of the examples to remember, [N × D], row by row, as the bridge gives them. */
  readonly features: Float32Array;
  /** The class of each, [N]. */
  readonly classes: ArrayLike<number>;
  /** k, from 1 to N. Default 5. */
  readonly neighbours?: number;
}

/**
 * Put a k-nearest-neighbours head on a backbone: the shares of the classes among the k remembered examples whose features are
 * nearest by Euclidean distance (Fix & Hodges 1951; Cover & Hart 1967, https://doi.org/10.1109/TIT.1967.1053964). Nothing is
 * trained, and the examples' features are a part of the model.
 *
 * `head` gives the logarithms of the shares, `head_softmax` the shares. Plain tfjs loads the saved model once `registerHeads()`
 * was called.
 *
 * @throws GraftError `bad-input` for features that do not fit the backbone, a class outside the labels, or a k out of range
 */
export function withNearestHead(backbone: Backbone, labels: readonly string[], options: NearestHeadOptions): Grafted {
  registerHeads();
  const { features, classes, neighbours = 5 } = options;
  const { target } = classificationHead({ labels });
  const examples = classes.length;
  const foreign = Array.from(classes).find((id) => !Number.isInteger(id) || id < 0 || id >= labels.length);
  if (!Number.isSafeInteger(neighbours) || neighbours < 1 || neighbours > examples || foreign !== undefined) {
    throw new GraftError({
      code: 'bad-input',
      what:
        foreign === undefined
          ? `${neighbours} nearest neighbours were asked for among ${examples} examples.`
          : `An example is of class ${foreign}, and there are ${labels.length} labels.`,
      expected:
        foreign === undefined
          ? `A whole number from 1 to ${examples} was expected.`
          : `Classes 0 … ${labels.length - 1} were expected.`,
    });
  }
  const grafted = withLayers(backbone, target, { ...options, seed: 0 }, (name) => [
    new NearestLayer({ name: name('head'), examples, units: labels.length, neighbours }),
    layers.layers.softmax({ name: name('head_softmax') }),
  ]);
  const head = grafted.network.nodes.find(({ kind }) => kind === NearestLayer.className)?.layer;
  const width = head?.weights[0]?.shape[1] ?? 0;
  if (head === undefined || features.length !== examples * width) {
    grafted.model.dispose();
    throw new GraftError({
      code: 'bad-input',
      what: `The features of ${examples} examples have ${features.length} numbers.`,
      expected: `${width} for each were expected, as many as the backbone gives.`,
    });
  }
  tf.tidy(() => {
    const oneHot = new Float32Array(examples * labels.length);
    for (const [row, id] of Array.from(classes).entries()) oneHot[row * labels.length + id] = 1;
    head.setWeights([tf.tensor2d(features, [examples, width]), tf.tensor2d(oneHot, [examples, labels.length])]);
  });
  return grafted;
}
