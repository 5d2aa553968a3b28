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

/** What one call of `run` spends in each kernel of the current engine, dearest first; nested kernels count as their caller's. */
export async function kernelTimes(repetitions, run) {
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
            const total = totals.get(config.kernelName) ?? { times: [] };
            total.times.push(performance.now() - start);
            totals.set(config.kernelName, total);
          }
        }
      },
    });
  }
  for (let each = 0; each < repetitions; each++) await run();
  for (const config of originals) {
    tf.unregisterKernel(config.kernelName, engine);
    tf.registerKernel(config);
  }
  return [...totals]
    .map(([kernel, { times }]) => ({
      kernel,
      calls: times.length / repetitions,
      milliseconds: times.reduce((sum, each) => sum + each, 0) / repetitions,
    }))
    .sort((a, b) => b.milliseconds - a.milliseconds);
}
