import * as tf from '@tensorflow/tfjs-core';

export interface LeakCheck {
  /** Steps that may allocate what stays: optimizer slots, caches. */
  readonly warmUp?: number;
  readonly steps?: number;
  /** More numbers that must stay constant, for example the bytes of a heap. */
  readonly measure?: () => Readonly<Record<string, number>>;
}

/**
 * Throws unless the numbers of tensors, of buffers and of bytes are the same after `steps` steps as after the warm-up.
 */
export async function assertNoLeaks(step: () => void | Promise<void>, check: LeakCheck = {}): Promise<void> {
  for (let each = 0; each < (check.warmUp ?? 3); each++) await step();
  const before = snapshot(check);
  const steps = check.steps ?? 100;
  for (let each = 0; each < steps; each++) await step();
  const after = snapshot(check);
  for (const [name, count] of Object.entries(before)) {
    if (after[name] !== count) {
      throw new Error(`${name} went from ${count} to ${after[name]} in ${steps} steps.`);
    }
  }
}

function snapshot(check: LeakCheck): Record<string, number> {
  const { numTensors, numDataBuffers, numBytes } = tf.memory();
  return { tensors: numTensors, buffers: numDataBuffers, bytes: numBytes, ...check.measure?.() };
}
