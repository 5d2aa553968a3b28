import * as tf from '@tensorflow/tfjs-core';
import { GraftError } from '../errors/graft-error.js';

/** The one TensorFlow.js version that Graft is built and measured against. */
export const TENSORFLOW_VERSION = '4.22.0';

const KEY = Symbol.for('@graft-ml/tensorflow-engine');

/**
 * Two copies of tfjs-core in one program break everything quietly: tensors of one are unknown to the other, and
 * kernels registered with one are missing from the other. The first copy leaves its mark on globalThis; a second one
 * is refused here.
 *
 * @throws GraftError `unavailable` for a second copy or for another version of tfjs-core.
 */
export function assertOneTensorFlow(): void {
  if (tf.version_core !== TENSORFLOW_VERSION) {
    throw new GraftError({
      code: 'unavailable',
      what: `@tensorflow/tfjs-core ${tf.version_core} is installed.`,
      expected: `Graft is built against ${TENSORFLOW_VERSION}, exactly.`,
      remedy: `Install it: npm install @tensorflow/tfjs-core@${TENSORFLOW_VERSION} @tensorflow/tfjs-layers@${TENSORFLOW_VERSION}.`,
    });
  }
  const seen: unknown = Reflect.get(globalThis, KEY);
  if (seen === undefined) {
    Reflect.set(globalThis, KEY, tf.Tensor);
  } else if (seen !== tf.Tensor) {
    throw new GraftError({
      code: 'unavailable',
      what: 'Two copies of @tensorflow/tfjs-core are loaded in this program.',
      expected: 'Every package must share one copy, or tensors of one are unknown to the other.',
      remedy: 'Run `npm ls @tensorflow/tfjs-core`, then align the versions or deduplicate.',
    });
  }
}
