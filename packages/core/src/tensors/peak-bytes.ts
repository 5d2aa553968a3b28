import * as tf from '@tensorflow/tfjs-core';

/** Follows how many bytes tensors take, within steps too. */
export interface ByteWatch {
  /** The most bytes that all tensors together took since the watch began. */
  readonly peak: number;
  /** End the watch. */
  stop(): void;
}

/**
 * Watch the bytes of all living tensors. tfjs tells only what they take now (`tf.memory()`), and within a training step that is
 * far more than between steps: activations are kept for the gradients. The engine's own count is followed, so nothing is computed
 * beside; memory that kernels take for themselves is not seen. Watches may nest; the inner one must end first.
 *
 * @example
 * ```ts
 * import { watchBytes } from '@graft-ml/core';
 * const watch = watchBytes();
 * console.log(watch.peak >= 0); // true
 * watch.stop();
 * ```
 */
export function watchBytes(): ByteWatch {
  const { state } = tf.engine();
  const outer = Object.getOwnPropertyDescriptor(state, 'numBytes');
  let now = state.numBytes;
  let peak = now;
  Object.defineProperty(state, 'numBytes', {
    configurable: true,
    enumerable: true,
    get: () => now,
    set: (bytes: number) => {
      now = bytes;
      if (bytes > peak) peak = bytes;
      outer?.set?.(bytes);
    },
  });
  return {
    get peak() {
      return peak;
    },
    stop: () => {
      if (outer?.set === undefined) {
        Object.defineProperty(state, 'numBytes', { configurable: true, enumerable: true, writable: true, value: now });
      } else {
        Object.defineProperty(state, 'numBytes', outer);
      }
    },
  };
}
