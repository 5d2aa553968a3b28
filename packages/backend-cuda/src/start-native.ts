import { createRequire } from 'node:module';
import * as tf from '@tensorflow/tfjs-core';
import { GraftError, selectEngine, type BackendReport } from '@graft-ml/core';
import { explained } from './explained.js';

export type NativePackage = '@tensorflow/tfjs-node' | '@tensorflow/tfjs-node-gpu';

/** How the user's package is loaded; tests put fakes in its place. */
export type LoadPackage = (name: NativePackage) => Promise<unknown>;

const ENGINE = 'tensorflow';

const loadPackage: LoadPackage = (name) => import(name);

/** Load the user's package, select its engine, and make sure that it computes where it was meant to. */
export async function startNative(name: NativePackage, load: LoadPackage = loadPackage): Promise<BackendReport> {
  restoreUtil();
  // TensorFlow takes a card's whole memory unless told otherwise before it is loaded.
  process.env['TF_FORCE_GPU_ALLOW_GROWTH'] ??= 'true';
  try {
    await load(name);
  } catch (cause) {
    throw explained(name, cause);
  }
  if (tf.engine().registryFactory[ENGINE] === undefined) {
    throw new GraftError({
      code: 'unavailable',
      what: `${name} was loaded, but TensorFlow.js does not know of it.`,
      expected: 'It registers with the copy of @tensorflow/tfjs-core that it depends on, which is another one.',
      remedy: 'Run `npm ls @tensorflow/tfjs-core`, then install the same version of both: 4.22.0.',
    });
  }
  try {
    await selectEngine(ENGINE);
  } catch (cause) {
    throw explained(name, cause instanceof GraftError && cause.cause !== undefined ? cause.cause : cause);
  }
  const gpu = Reflect.get(tf.backend(), 'isUsingGpuDevice') === true;
  if (name === '@tensorflow/tfjs-node-gpu' && !gpu) {
    throw new GraftError({
      code: 'unavailable',
      what: 'TensorFlow found no CUDA device, and would compute on the CPU.',
      expected: 'A card with an NVIDIA driver, CUDA 11.2 and cuDNN 8.1 was expected.',
      remedy:
        'Look at `nvidia-smi` and at what TensorFlow wrote to stderr; or choose webgpu() from @graft-ml/backend-webgpu, which needs no CUDA.',
    });
  }
  return { engine: ENGINE, details: { tensorflow: tf.version_core, package: name, gpu } };
}

/** What tfjs-node calls of `node:util` and Node 23 removed. */
const REMOVED: Readonly<Record<string, (value: unknown) => boolean>> = {
  isNullOrUndefined: (value) => value === null || value === undefined,
  isArray: (value) => Array.isArray(value),
};

/** Give `require('util')`, which CommonJS modules share and look up at each call, those functions back. */
export function restoreUtil(util: object = sharedUtil()): void {
  for (const [name, value] of Object.entries(REMOVED)) {
    if (!Reflect.has(util, name)) Reflect.defineProperty(util, name, { value, configurable: true });
  }
}

function sharedUtil(): object {
  const util: unknown = createRequire(import.meta.url)('node:util');
  return Object(util);
}
