import * as tf from '@tensorflow/tfjs-core';
import { einsumGradient } from './einsum.js';

/** Gradients that tfjs-core 4.22 lacks and that hold on every engine. Registering twice is harmless. */
export function registerGradients(): void {
  if (tf.getGradient('Einsum') === undefined) tf.registerGradient(einsumGradient);
}
