import * as tf from '@tensorflow/tfjs-core';
import { GraftError } from '../errors/graft-error.js';

/**
 * Make TensorFlow.js run on `engine` and prove that it does. `tf.setBackend` returns false instead of throwing, and
 * `tf.ready` may then pick another engine: here both are errors.
 *
 * @throws GraftError `unavailable` when the engine does not start.
 */
export async function selectEngine(engine: string): Promise<void> {
  let started = false;
  let cause: unknown;
  try {
    started = await tf.setBackend(engine);
  } catch (thrown) {
    cause = thrown;
  }
  if (!started || tf.getBackend() !== engine) {
    throw new GraftError({
      code: 'unavailable',
      what: `The TensorFlow.js engine "${engine}" did not start.`,
      expected: 'A registered engine that initialises on this machine was expected.',
      remedy: 'Choose another backend, for example cpu() from @graft-ml/backend-cpu, which runs everywhere.',
      cause,
    });
  }
}
