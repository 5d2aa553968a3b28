import * as tf from '@tensorflow/tfjs-core';

/** The median time of `run` in milliseconds, after a warm-up. */
export function median(repetitions, run) {
  for (let warm = 0; warm < 5; warm++) run();
  const times = [];
  for (let each = 0; each < repetitions; each++) {
    const start = performance.now();
    run();
    times.push(performance.now() - start);
  }
  times.sort((a, b) => a - b);
  return times[Math.floor(times.length / 2)];
}

/** What one call of `run` spends in each kernel of the current engine, dearest first; nested kernels count as their caller's. */
export function kernelTimes(repetitions, run) {
  const engine = tf.getBackend();
  const originals = tf.getKernelsForBackend(engine);
  const totals = new Map();
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
            const total = totals.get(config.kernelName) ?? { calls: 0, milliseconds: 0 };
            total.calls += 1;
            total.milliseconds += performance.now() - start;
            totals.set(config.kernelName, total);
          }
        }
      },
    });
  }
  for (let each = 0; each < repetitions; each++) run();
  for (const config of originals) {
    tf.unregisterKernel(config.kernelName, engine);
    tf.registerKernel(config);
  }
  return [...totals]
    .map(([kernel, { calls, milliseconds }]) => ({
      kernel,
      calls: calls / repetitions,
      milliseconds: milliseconds / repetitions,
    }))
    .sort((a, b) => b.milliseconds - a.milliseconds);
}
