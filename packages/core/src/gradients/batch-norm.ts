import type * as tf from '@tensorflow/tfjs-core';
import { FUSED, runFused } from '../backend/fused.js';
import { GraftError } from '../errors/graft-error.js';

/** The gradient of the fused batch normalisation: of y alone, as its statistics are not for training. */
export const batchNormGradient: tf.GradConfig = {
  kernelName: FUSED.batchNorm,
  inputsToSave: ['x', 'gamma'],
  outputsToSave: [false, true, true, false, false],
  gradFunc: (dys, saved, attrs) => {
    const dy = Array.isArray(dys) ? dys[0] : dys;
    const [x, gamma, mean, variance] = saved;
    if (!dy || !x || !gamma || !mean || !variance) throw unexpected();
    // All at once, before tfjs asks for each in a scope of its own: what the first scope made, its end would drop.
    const gradients = runFused(FUSED.batchNormGradient, { x, dy, mean, variance, gamma }, attrs);
    const one = (at: number) => (): tf.Tensor => {
      const gradient = gradients?.[at];
      if (gradient === undefined) throw unexpected();
      return gradient;
    };
    return { x: one(0), gamma: one(1), beta: one(2) };
  },
};

function unexpected(): GraftError {
  return new GraftError({ code: 'internal', what: 'The backend has fused batch normalisation without its gradient.' });
}
