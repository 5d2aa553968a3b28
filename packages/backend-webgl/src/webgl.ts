import * as tf from '@tensorflow/tfjs-core';
import { GraftError, mendKernels, selectEngine, type Backend, type BackendReport } from '@graft-ml/core';
import { openContext } from './context.js';

export interface WebglOptions {
  /** Run on a renderer on the CPU too, where there is no graphics card; that is slower than wasm. Default false. */
  readonly software?: boolean;
  /**
   * Most bytes of textures in use; an operation that goes beyond throws `unavailable` instead of letting the browser
   * take the context away. Default: no ceiling.
   */
  readonly memoryCeiling?: number;
  /**
   * Bytes of textures, in use or not, above which a texture that is no longer needed is released at once; below, it is
   * kept for the next tensor of its size, which is faster. 0 keeps none. Default: all are kept.
   */
  readonly keepTextures?: number;
}

const ENGINE = 'webgl';
/** Above tfjs's own priority for wasm and cpu, as tfjs has it. */
const PRIORITY = 2;

/**
 * TensorFlow.js on WebGL 2 in browsers, in float32. A lost context is an error (`engine-lost`), never zeros.
 *
 * @param options see {@link WebglOptions}
 * @returns a backend whose `start` throws `unavailable` outside browsers, without WebGL 2, a graphics card or float32
 *   textures, and `bad-input` for sizes below 0. Its report tells `tensorflow`, `renderer` and `maxTextureSize`.
 *   Starting it again after its context was lost opens a new one; tensors of the old one stay lost.
 *
 * @example
 * ```ts
 * import { useBackend } from '@graft-ml/core';
 * import { cpu } from '@graft-ml/backend-cpu';
 * import { webgl } from '@graft-ml/backend-webgl';
 * const active = await useBackend([webgl({ memoryCeiling: 1e9 }), cpu()]);
 * console.log(active.engine, active.refused); // cpu in Node, with the reason why not webgl
 * ```
 */
export function webgl(options: WebglOptions = {}): Backend {
  return { name: 'webgl', start: () => start(options) };
}

async function start(options: WebglOptions): Promise<BackendReport> {
  const ceiling = bytes('memoryCeiling', options.memoryCeiling);
  const keep = bytes('keepTextures', options.keepTextures);
  const software = options.software === true;
  if (typeof WebGL2RenderingContext !== 'function') {
    throw new GraftError({
      code: 'unavailable',
      what: 'WebGL 2 does not exist here.',
      expected: 'A browser was expected.',
      remedy: 'In Node, choose wasm() from @graft-ml/backend-wasm or webgpu() from @graft-ml/backend-webgpu.',
    });
  }
  const running = runningEngine();
  const { GuardedWebgl } = await import('./guarded-webgl.js');
  const { version_webgl: tensorflow } = await import('@tensorflow/tfjs-backend-webgl');
  const setting = `${software} ${ceiling}`;
  if (!(running instanceof GuardedWebgl) || running.isLost || settings.get(running) !== setting) {
    refuseToDrop(running);
    const context = openContext(software);
    if (tf.engine().registryFactory[ENGINE] !== undefined) tf.removeBackend(ENGINE);
    if (software) tf.env().set('SOFTWARE_WEBGL_ENABLED', true);
    tf.registerBackend(
      ENGINE,
      () => {
        const backend = new GuardedWebgl(context, ceiling);
        settings.set(backend, setting);
        return backend;
      },
      PRIORITY,
    );
  }
  const { maxPoolGradient } = await import('./kernels/max-pool-gradient.js');
  if (tf.getKernel('MaxPoolGrad', ENGINE).kernelFunc !== maxPoolGradient.kernelFunc) {
    tf.unregisterKernel('MaxPoolGrad', ENGINE);
    tf.registerKernel(maxPoolGradient);
  }
  mendKernels(ENGINE);
  tf.env().set('WEBGL_DELETE_TEXTURE_THRESHOLD', keep === Infinity ? -1 : keep);
  await selectEngine(ENGINE);
  const backend = tf.backend();
  if (!(backend instanceof GuardedWebgl)) {
    throw new GraftError({ code: 'internal', what: 'The engine named "webgl" is not the one that was registered.' });
  }
  const { renderer, gl } = backend.context;
  return {
    engine: ENGINE,
    details: { tensorflow, renderer, maxTextureSize: Number(gl.getParameter(gl.MAX_TEXTURE_SIZE)) },
  };
}

/** The options with which a running engine was made. */
const settings = new WeakMap<object, string>();

function runningEngine(): tf.KernelBackend | undefined {
  return tf.engine().registry[ENGINE];
}

/** Replacing an engine drops its tensors. */
function refuseToDrop(running: tf.KernelBackend | undefined): void {
  if (running === undefined || ('isLost' in running && running.isLost === true) || running.numDataIds() === 0) return;
  throw new GraftError({
    code: 'unavailable',
    what: `WebGL already runs here with other options, and holds ${running.numDataIds()} tensors.`,
    remedy: 'Call useBackend(webgl(…)) once, before the first tensor, or dispose all tensors first.',
  });
}

function bytes(name: string, value: number | undefined): number {
  if (value === undefined) return Infinity;
  if (value >= 0) return value;
  throw new GraftError({
    code: 'bad-input',
    what: `webgl was given ${name} = ${value}.`,
    expected: 'A number of bytes of at least 0 was expected.',
  });
}
