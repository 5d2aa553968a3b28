import * as tf from '@tensorflow/tfjs-core';
import { trainingKinds } from './training.mjs';

/** How much of a training step is spent outside kernels, in per cent. */
export const kernelShareKinds = {
  'kernel-share': async (params) => {
    const work = await trainingKinds[params.of](params);
    return {
      async run() {
        let inside = 0;
        const start = performance.now();
        await watchKernels(({ milliseconds }) => (inside += milliseconds), work.run);
        return { value: 100 * (1 - inside / (performance.now() - start)) };
      },
      dispose: work.dispose,
    };
  },
};

/**
 * Tell of every kernel that runs while `run` does. A kernel that calls others is told of once.
 *
 * @param {(call: { name: string, inputs: tf.NamedTensorInfoMap, milliseconds: number }) => void} tell
 * @param {() => Promise<unknown>} run
 */
export async function watchKernels(tell, run) {
  let depth = 0;
  const originals = tf.getKernelsForBackend('wasm');
  replace(
    originals.map((config) => ({
      ...config,
      kernelFunc: (params) => {
        const start = performance.now();
        depth++;
        try {
          return config.kernelFunc(params);
        } finally {
          depth--;
          if (depth === 0) {
            tell({ name: config.kernelName, inputs: params.inputs, milliseconds: performance.now() - start });
          }
        }
      },
    })),
  );
  try {
    await run();
  } finally {
    replace(originals);
  }
}

/** @param {readonly tf.KernelConfig[]} configs */
function replace(configs) {
  for (const config of configs) {
    tf.unregisterKernel(config.kernelName, 'wasm');
    tf.registerKernel(config);
  }
}
