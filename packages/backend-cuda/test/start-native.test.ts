import * as tf from '@tensorflow/tfjs-core';
import { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu';
import { useBackend } from '@graft-ml/core';
import { cpu } from '@graft-ml/backend-cpu';
import { afterEach, describe, expect, test } from 'vitest';
import { cuda } from '../src/index.js';
import { restoreUtil, startNative } from '../src/start-native.js';

const GPU = '@tensorflow/tfjs-node-gpu';

class FakeTensorFlow extends MathBackendCPU {
  readonly isUsingGpuDevice: boolean;

  constructor(gpu: boolean) {
    super();
    this.isUsingGpuDevice = gpu;
  }
}

/** A package that registers its engine when it is loaded, as tfjs-node does. */
function fakePackage(gpu: boolean): () => Promise<object> {
  return async () => {
    tf.registerBackend('tensorflow', () => new FakeTensorFlow(gpu));
    return {};
  };
}

function failing(message: string, code?: string): () => Promise<never> {
  return () => Promise.reject(Object.assign(new Error(message), code === undefined ? {} : { code }));
}

afterEach(async () => {
  await useBackend(cpu());
  if (tf.engine().registryFactory['tensorflow'] !== undefined) tf.removeBackend('tensorflow');
});

test('starts on a card, with memory taken as it is needed', async () => {
  expect(await startNative(GPU, fakePackage(true))).toEqual({
    engine: 'tensorflow',
    details: { tensorflow: '4.22.0', package: GPU, gpu: true },
  });
  expect(process.env['TF_FORCE_GPU_ALLOW_GROWTH']).toBe('true');
  expect(tf.getBackend()).toBe('tensorflow');
});

test('the package for the CPU starts without a card', async () => {
  expect((await startNative('@tensorflow/tfjs-node', fakePackage(false))).details).toMatchObject({ gpu: false });
});

test('gives Node 23 and later back what tfjs-node calls', () => {
  const util: { isNullOrUndefined?: (value: unknown) => boolean; isArray?: (value: unknown) => boolean } = {};
  restoreUtil(util);
  expect([undefined, null, 0].map((value) => util.isNullOrUndefined?.(value))).toEqual([true, true, false]);
  expect(util.isArray?.([])).toBe(true);
  const own = (): boolean => false;
  const older = { isNullOrUndefined: own };
  restoreUtil(older);
  expect(older.isNullOrUndefined).toBe(own);
});

describe('what is missing is named, with its remedy', () => {
  test.each([
    [
      'the package',
      failing(`Cannot find package '${GPU}' imported from x.js`, 'ERR_MODULE_NOT_FOUND'),
      'is not installed',
      `npm install ${GPU}@4.22.0`,
    ],
    [
      'its binary',
      failing(
        `The Node.js native addon module (tfjs_binding.node) can not be found at path: /x/lib/napi-v8/tfjs_binding.node.`,
      ),
      'without its binary',
      `npm rebuild ${GPU} --build-addon-from-source`,
    ],
    [
      'CUDA',
      failing('libcudart.so.11.0: cannot open shared object file: No such file or directory', 'ERR_DLOPEN_FAILED'),
      'does not find CUDA',
      'Install CUDA 11.2',
    ],
    [
      'cuDNN',
      failing('libcudnn.so.8: cannot open shared object file: No such file or directory', 'ERR_DLOPEN_FAILED'),
      'does not find cuDNN',
      'Install cuDNN 8.1',
    ],
    [
      'libtensorflow',
      failing('libtensorflow.so.2: cannot open shared object file', 'ERR_DLOPEN_FAILED'),
      'TensorFlow library',
      'npm rebuild',
    ],
    [
      'an older Node',
      failing('(0 , util_1.isNullOrUndefined) is not a function'),
      'does not run on Node',
      'Use Node 20 or 22',
    ],
    ['something else', failing('Illegal instruction'), 'does not start: Illegal instruction', 'webgpu()'],
  ])('%s', async (_, load, what, remedy) => {
    await expect(startNative(GPU, load)).rejects.toMatchObject({
      code: 'unavailable',
      what: expect.stringContaining(what),
      remedy: expect.stringContaining(remedy),
    });
  });

  test('a failure while the engine starts', async () => {
    const load = async (): Promise<object> => {
      tf.registerBackend('tensorflow', () => {
        throw new Error('(0 , util_1.isNullOrUndefined) is not a function');
      });
      return {};
    };
    await expect(startNative(GPU, load)).rejects.toThrow(/did not start|does not run on Node/);
  });

  test('a card', async () => {
    await expect(startNative(GPU, fakePackage(false))).rejects.toThrow(/no CUDA device.*nvidia-smi/);
  });

  test('the one copy of tfjs-core', async () => {
    await expect(startNative(GPU, () => Promise.resolve({}))).rejects.toThrow(/npm ls @tensorflow\/tfjs-core/);
  });
});

test('here, without the package, a list goes on', async () => {
  const active = await useBackend([cuda(), cpu()]);
  expect(['cuda', 'cpu']).toContain(active.name);
});
