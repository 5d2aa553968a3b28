import * as tf from '@tensorflow/tfjs-core';

/** The median and the least time of `run`, after a warm-up. The least is what a machine with other work is compared by. */
export async function time(repetitions, run) {
  for (let warm = 0; warm < 5; warm++) await run();
  const times = [];
  for (let each = 0; each < repetitions; each++) {
    const start = performance.now();
    await run();
    times.push(performance.now() - start);
  }
  times.sort((a, b) => a - b);
  return `${times[Math.floor(times.length / 2)].toFixed(1)} ms (least ${times[0].toFixed(1)})`;
}

/**
 * What one call of `run` spends in each kernel of the current engine, dearest first: the least of all repetitions.
 * Kernels that a kernel calls count as their caller's.
 */
export async function kernelTimes(repetitions, run) {
  const engine = tf.getBackend();
  const originals = tf.getKernelsForBackend(engine);
  let current = new Map();
  let depth = 0;
  for (const config of originals) {
    tf.unregisterKernel(config.kernelName, engine);
    tf.registerKernel({
      ...config,
      kernelFunc: (params) => {
        const start = performance.now();
        depth++;
        try {
          return config.kernelFunc(params);
        } finally {
          depth--;
          if (depth === 0) {
            const { calls, milliseconds } = current.get(config.kernelName) ?? { calls: 0, milliseconds: 0 };
            const spent = milliseconds + performance.now() - start;
            current.set(config.kernelName, { calls: calls + 1, milliseconds: spent });
          }
        }
      },
    });
  }
  const least = new Map();
  for (let each = 0; each < repetitions; each++) {
    current = new Map();
    await run();
    for (const [kernel, { calls, milliseconds }] of current) {
      const before = least.get(kernel)?.milliseconds ?? Infinity;
      least.set(kernel, { kernel, calls, milliseconds: Math.min(before, milliseconds) });
    }
  }
  for (const config of originals) {
    tf.unregisterKernel(config.kernelName, engine);
    tf.registerKernel(config);
  }
  return [...least.values()].sort((a, b) => b.milliseconds - a.milliseconds);
}
