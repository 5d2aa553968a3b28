import * as tf from '@tensorflow/tfjs-core';
import { GraftError } from '../errors/graft-error.js';
import type { Rng } from '../random/rng.js';
import type { NetworkNode } from './network.js';

const NOISE_KINDS: ReadonlySet<string> = new Set([
  'Dropout',
  'SpatialDropout1D',
  'GaussianNoise',
  'GaussianDropout',
  'AlphaDropout',
]);

/** Layers without weights that behave at random while training. They are never part of a trunk's end. */
export function isNoise(node: NetworkNode): boolean {
  return NOISE_KINDS.has(node.kind);
}

/**
 * What a noise layer gives in training mode, seeded by the step's stream and the node's path. tfjs-layers draws its
 * noise from Math.random, or, when a layer has a seed, the same mask at every step; neither can be resumed bit for bit.
 *
 * @returns undefined for any other layer
 * @throws GraftError `bad-input` when a noise layer trains without an rng
 */
export function noiseOf(node: NetworkNode, x: tf.Tensor, rng: Rng | undefined): tf.Tensor | undefined {
  if (!isNoise(node)) return undefined;
  if (rng === undefined) {
    throw new GraftError({
      code: 'bad-input',
      what: `The layer "${node.path}" (${node.kind}) draws random numbers in training mode.`,
      expected: 'A seeded rng was expected in the forward options.',
      remedy: 'Pass rng: createRng(seed).fork(step).',
    });
  }
  const seed = rng.fork(node.path).seed();
  const config = node.layer.getConfig();
  const rate = numberIn(config['rate']);
  switch (node.kind) {
    case 'GaussianNoise':
      return tf.add(x, tf.randomNormal(x.shape, 0, numberIn(config['stddev']), 'float32', seed));
    case 'GaussianDropout':
      return tf.mul(x, tf.randomNormal(x.shape, 1, Math.sqrt(rate / (1 - rate)), 'float32', seed));
    case 'AlphaDropout':
      return alphaDropout(x, rate, seed);
    case 'SpatialDropout1D':
      return tf.dropout(x, rate, [x.shape[0] ?? 1, 1, x.shape[2] ?? 1], seed);
    default:
      return tf.dropout(x, rate, noiseShape(config['noiseShape'], x.shape), seed);
  }
}

/** Alpha dropout keeps mean and variance of SELU activations (Klambauer et al. 2017, https://arxiv.org/abs/1706.02515). */
function alphaDropout(x: tf.Tensor, rate: number, seed: number): tf.Tensor {
  const saturation = -1.7580993408473766;
  const keep = tf.cast(tf.greaterEqual(tf.randomUniform(x.shape, 0, 1, 'float32', seed), rate), 'float32');
  const dropped = tf.add(tf.mul(x, keep), tf.mul(tf.sub(1, keep), saturation));
  const scale = 1 / Math.sqrt((1 - rate) * (1 + rate * saturation ** 2));
  return tf.add(tf.mul(dropped, scale), -scale * saturation * rate);
}

/** A `null` in a noise shape stands for the input's own size on that axis. */
function noiseShape(configured: unknown, shape: readonly number[]): number[] | undefined {
  if (!Array.isArray(configured)) return undefined;
  return shape.map((size, axis) => {
    const wanted: unknown = configured[axis];
    return typeof wanted === 'number' ? wanted : size;
  });
}

function numberIn(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}
