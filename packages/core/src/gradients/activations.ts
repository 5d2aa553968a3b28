import * as tf from '@tensorflow/tfjs-core';
import { FUSED, runFused } from '../backend/fused.js';

type Fuse = (x: tf.Tensor, dy: tf.Tensor, attrs: tf.NamedAttrMap) => tf.Tensor[] | undefined;

/** The gradients that tfjs composes of two to five ops, most of them without SIMD on its WASM engine. */
const FUSIONS: Readonly<Record<string, Fuse>> = {
  Relu: (x, dy) => runFused(FUSED.reluGradient, { x, dy }, { most: Infinity }),
  Relu6: (x, dy) => runFused(FUSED.reluGradient, { x, dy }, { most: 6 }),
  ClipByValue: (x, dy, attrs) => {
    const [least, most] = [attrs['clipValueMin'], attrs['clipValueMax']];
    if (typeof least !== 'number' || typeof most !== 'number') return undefined;
    return runFused(FUSED.clipGradient, { x, dy }, { least, most });
  },
};

const ours = new WeakSet<tf.GradConfig>();

/** Let these gradients use one kernel where the backend has it; elsewhere they stay tfjs's. Twice is harmless. */
export function fuseActivationGradients(): void {
  for (const [kernelName, fuse] of Object.entries(FUSIONS)) {
    const original: tf.GradConfig | undefined = tf.getGradient(kernelName);
    if (original === undefined || ours.has(original)) continue;
    const config: tf.GradConfig = {
      ...original,
      gradFunc: (dy, saved, attrs) => {
        const [x] = saved;
        if (!x || Array.isArray(dy) || x.dtype !== 'float32' || dy.dtype !== 'float32') {
          return original.gradFunc(dy, saved, attrs);
        }
        const composed = (): tf.Tensor => original.gradFunc(dy, saved, attrs)['x']?.() ?? tf.zerosLike(x);
        return { x: () => fuse(x, dy, attrs)?.[0] ?? composed() };
      },
    };
    ours.add(config);
    tf.unregisterGradient(kernelName);
    tf.registerGradient(config);
  }
}
