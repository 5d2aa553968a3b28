import * as tf from '@tensorflow/tfjs-core';
import type { Differentiable } from './directional.js';
import { Weights, crossEntropy, normalised } from './network-parts.js';

/** The seed CNN: two convolutions with max pooling, two dense layers. */
const cnn: Differentiable = {
  name: 'seed CNN',
  build: () => {
    const weights = new Weights(1);
    const x = weights.data<tf.Rank.R4>([4, 28, 28, 1]);
    const [f1, b1, f2, b2] = [
      weights.make<tf.Rank.R4>([3, 3, 1, 32]),
      weights.make<tf.Rank.R1>([32]),
      weights.make<tf.Rank.R4>([3, 3, 32, 64]),
      weights.make<tf.Rank.R1>([64]),
    ];
    const [w3, b3, w4, b4] = [
      weights.make<tf.Rank.R2>([1600, 128]),
      weights.make<tf.Rank.R1>([128]),
      weights.make<tf.Rank.R2>([128, 10]),
      weights.make<tf.Rank.R1>([10]),
    ];
    const losses = (): tf.Tensor => {
      const one = tf.maxPool(tf.relu(tf.add<tf.Tensor4D>(tf.conv2d(x, f1, 1, 'valid'), b1)), 2, 2, 'valid');
      const two = tf.maxPool(tf.relu(tf.add<tf.Tensor4D>(tf.conv2d(one, f2, 1, 'valid'), b2)), 2, 2, 'valid');
      const three = tf.relu(tf.add(tf.matMul(tf.reshape(two, [4, 1600]), w3), b3));
      return crossEntropy(tf.add(tf.matMul(three, w4), b4), [3, 1, 4, 1]);
    };
    return { variables: weights.all, losses };
  },
};

/** Strided, depthwise and pointwise convolutions with batch normalisation, average pools on top. */
const depthwiseNet: Differentiable = {
  name: 'depthwise and batch normalisation',
  build: () => {
    const weights = new Weights(2);
    const x = weights.data<tf.Rank.R4>([3, 14, 14, 3]);
    const stem = weights.make<tf.Rank.R4>([3, 3, 3, 8]);
    const depth = weights.make<tf.Rank.R4>([3, 3, 8, 2]);
    const [gamma, beta] = [weights.make<tf.Rank.R1>([16]), weights.make<tf.Rank.R1>([16])];
    const [point, head] = [weights.make<tf.Rank.R4>([1, 1, 16, 12]), weights.make<tf.Rank.R2>([12, 5])];
    const losses = (): tf.Tensor => {
      const one = tf.softplus(tf.conv2d(x, stem, 2, 'same'));
      const two = tf.depthwiseConv2d(one, depth, 1, 'same');
      const three = tf.relu(tf.add<tf.Tensor4D>(tf.mul(normalised(two, [0, 1, 2]), gamma), beta));
      const four = tf.avgPool(tf.elu(tf.conv2d(three, point, 1, 'valid')), 2, 1, 'valid');
      return crossEntropy(tf.matMul(tf.mean(four, [1, 2]), head), [0, 4, 2]);
    };
    return { variables: weights.all, losses };
  },
};

/** Text: embedding by gather, a convolution along the sequence, the mean over time. */
const textNet: Differentiable = {
  name: 'embedding and Conv1D',
  build: () => {
    const weights = new Weights(3);
    const words = tf.tensor2d([1, 5, 5, 2, 0, 9, 3, 3, 3, 8, 7, 1], [2, 6], 'int32');
    const [table, filter, bias, head] = [
      weights.make<tf.Rank.R2>([10, 7]),
      weights.make<tf.Rank.R3>([3, 7, 9]),
      weights.make<tf.Rank.R1>([9]),
      weights.make<tf.Rank.R2>([9, 4]),
    ];
    const losses = (): tf.Tensor => {
      const sequence = tf.reshape<tf.Rank.R3>(tf.gather(table, words), [2, 6, 7]);
      const features = tf.tanh(tf.add(tf.conv1d(sequence, filter, 1, 'same'), bias));
      return crossEntropy(tf.matMul(tf.mean(features, 1), head), [2, 0]);
    };
    return { variables: weights.all, losses };
  },
};

/** One transformer block written with einsum: attention with two heads, layer normalisation, an MLP. */
const transformer: Differentiable = {
  name: 'einsum transformer block',
  build: () => {
    const weights = new Weights(4);
    const x = weights.data<tf.Rank.R3>([2, 5, 8]);
    const [q, k, v] = [
      weights.make<tf.Rank.R3>([8, 2, 4]),
      weights.make<tf.Rank.R3>([8, 2, 4]),
      weights.make<tf.Rank.R3>([8, 2, 4]),
    ];
    const [o, up, down] = [
      weights.make<tf.Rank.R3>([2, 4, 8]),
      weights.make<tf.Rank.R2>([8, 16]),
      weights.make<tf.Rank.R2>([16, 8]),
    ];
    const head = weights.make<tf.Rank.R2>([8, 3]);
    const losses = (): tf.Tensor => {
      const [queries, keys, values] = [q, k, v].map((each) => tf.einsum('bsd,dhk->bshk', x, each));
      const scores = tf.einsum('bqhk,bshk->bhqs', queries ?? x, keys ?? x);
      const mixed = tf.einsum('bhqs,bshk->bqhk', tf.softmax(tf.div(scores, 2)), values ?? x);
      const attended = normalised(tf.add(x, tf.einsum('bqhk,hkd->bqd', mixed, o)), [2]);
      const hidden = tf.tanh(tf.einsum('bsd,de->bse', attended, up));
      const out = normalised(tf.add(attended, tf.einsum('bse,ed->bsd', hidden, down)), [2]);
      return crossEntropy(tf.einsum('bsd,dc->bc', out, head), [2, 1]);
    };
    return { variables: weights.all, losses };
  },
};

/** Networks whose gradients together go through every kernel that training needs. */
export const differentiableNetworks: readonly Differentiable[] = [cnn, depthwiseNet, textNet, transformer];
