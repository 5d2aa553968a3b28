import * as tf from '@tensorflow/tfjs-core';
import { composeKernel, GraftError, mendKernels, selectEngine, type BackendReport } from '@graft-ml/core';
import { openDevice } from './adapter.js';
import { segmentSum } from './kernels/segment-sum.js';
import { transpose } from './kernels/transpose.js';
import type { WebgpuOptions } from './options.js';

const ENGINE = 'webgpu';
/** tfjs's own. */
const PRIORITY = 3;
/** The options with which a running engine was made. */
const settings = new WeakMap<object, string>();

/** Start the engine on `gpu`, or go on with the one that runs. */
export async function startOn(gpu: GPU, options: WebgpuOptions): Promise<BackendReport> {
  const { GuardedWebgpu } = await import('./guarded-webgpu.js');
  const running = tf.engine().registry[ENGINE];
  const setting = `${options.power ?? 'high-performance'} ${options.software === true}`;
  if (!(running instanceof GuardedWebgpu) || running.isLost || settings.get(running) !== setting) {
    refuseToDrop(running);
    const opened = await openDevice(gpu, options);
    if (tf.engine().registryFactory[ENGINE] !== undefined) tf.removeBackend(ENGINE);
    const backend = new GuardedWebgpu(opened);
    settings.set(backend, setting);
    tf.registerBackend(ENGINE, () => backend, PRIORITY);
  }
  const { maxPoolGradient } = await import('./kernels/max-pool-gradient.js');
  if (tf.getKernel('MaxPoolGrad', ENGINE).kernelFunc !== maxPoolGradient.kernelFunc) {
    tf.unregisterKernel('MaxPoolGrad', ENGINE);
    tf.registerKernel(maxPoolGradient);
  }
  mendKernels(ENGINE);
  composeKernel(transpose, ENGINE);
  composeKernel(segmentSum, ENGINE);
  await selectEngine(ENGINE);
  const backend = tf.backend();
  if (!(backend instanceof GuardedWebgpu)) {
    throw new GraftError({ code: 'internal', what: 'The engine named "webgpu" is not the one that was registered.' });
  }
  const { name, software, device } = backend.opened;
  return {
    engine: ENGINE,
    details: {
      tensorflow: tf.version_core,
      adapter: name,
      software,
      maxBufferMB: Math.floor(device.limits.maxBufferSize / 1e6),
    },
  };
}

/** Replacing an engine drops its tensors. */
function refuseToDrop(running: tf.KernelBackend | undefined): void {
  if (running === undefined || ('isLost' in running && running.isLost === true) || running.numDataIds() === 0) return;
  throw new GraftError({
    code: 'unavailable',
    what: `WebGPU already runs here with other options, and holds ${running.numDataIds()} tensors.`,
    remedy: 'Call useBackend(webgpu(…)) once, before the first tensor, or dispose all tensors first.',
  });
}
