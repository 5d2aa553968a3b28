import { mendKernels, selectEngine, type Backend, type BackendReport } from '@graft-ml/core';

const ENGINE = 'cpu';

/**
 * TensorFlow.js in plain JavaScript: slow, needs nothing, and is the reference that the other backends are tested
 * against.
 *
 * @returns a backend whose report tells the `tensorflow` version
 *
 * @example
 * ```ts
 * import { useBackend } from '@graft-ml/core';
 * import { cpu } from '@graft-ml/backend-cpu';
 * const active = await useBackend(cpu());
 * console.log(active.engine); // cpu
 * ```
 */
export function cpu(): Backend {
  return { name: 'cpu', start };
}

async function start(): Promise<BackendReport> {
  const engine = await import('@tensorflow/tfjs-backend-cpu');
  mendKernels(ENGINE);
  await selectEngine(ENGINE);
  return { engine: ENGINE, details: { tensorflow: engine.version_cpu, threads: 1 } };
}
