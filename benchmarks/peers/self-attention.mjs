import * as tf from '@tensorflow/tfjs-core';
import { initializers, layers } from '@tensorflow/tfjs-layers';

/** Multi-head self-attention [B, T, C] → [B, T, C] with biases, as PyTorch's MultiheadAttention. */
export class SelfAttention extends layers.Layer {
  static className = 'SelfAttention';

  constructor(config) {
    super(config);
    this.heads = config.heads;
  }

  build([, , width]) {
    const glorot = initializers.glorotUniform({ seed: 1 });
    this.inward = this.addWeight('in_kernel', [width, 3 * width], 'float32', glorot);
    this.inwardBias = this.addWeight('in_bias', [3 * width], 'float32', initializers.zeros());
    this.outward = this.addWeight('out_kernel', [width, width], 'float32', glorot);
    this.outwardBias = this.addWeight('out_bias', [width], 'float32', initializers.zeros());
    this.built = true;
  }

  computeOutputShape(shape) {
    return shape;
  }

  getConfig() {
    return { ...super.getConfig(), heads: this.heads };
  }

  call(inputs) {
    return tf.tidy(() => {
      const x = Array.isArray(inputs) ? inputs[0] : inputs;
      const [batch, length, width] = x.shape;
      const perHead = width / this.heads;
      const rows = tf.reshape(x, [batch * length, width]);
      const mixed = tf.add(tf.matMul(rows, this.inward.read()), this.inwardBias.read());
      // [B·T, 3C] → three of [B, H, T, C/H]
      const split = tf.transpose(tf.reshape(mixed, [batch, length, 3, this.heads, perHead]), [2, 0, 3, 1, 4]);
      const [query, key, value] = tf.unstack(split);
      const weights = tf.softmax(tf.mul(tf.matMul(query, key, false, true), 1 / Math.sqrt(perHead)));
      const heads = tf.transpose(tf.matMul(weights, value), [0, 2, 1, 3]);
      const joined = tf.matMul(tf.reshape(heads, [batch * length, width]), this.outward.read());
      return tf.reshape(tf.add(joined, this.outwardBias.read()), x.shape);
    });
  }
}
