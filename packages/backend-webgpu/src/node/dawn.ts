import { GraftError, messageOf } from '@graft-ml/core';

/** The parts of the `webgpu` package that are used. */
export interface Dawn {
  readonly create: (options: string[]) => GPU;
  readonly globals: object;
}

/** How Dawn is loaded: tests put another way in its place. */
export type LoadDawn = () => Promise<Dawn>;

const VERSION = '0.6.2';

export const loadDawn: LoadDawn = () => import('webgpu');

/**
 * Put WebGPU where browsers have it: `navigator.gpu` and the `GPU…` classes, which tfjs looks for. Doing so again is
 * harmless.
 *
 * @throws GraftError `unavailable` when the `webgpu` package is not installed or its binary does not load
 */
export async function installDawn(load: LoadDawn = loadDawn): Promise<GPU> {
  const present: unknown = Reflect.get(Object(Reflect.get(globalThis, 'navigator')), 'gpu');
  if (isGpu(present)) return present;
  const { create, globals } = await explained(load);
  for (const [name, value] of Object.entries(globals)) {
    if (!Reflect.has(globalThis, name)) Reflect.defineProperty(globalThis, name, { value, configurable: true });
  }
  const gpu = create([]);
  // Node 20 has no navigator; later ones have one that takes new properties.
  if (!Reflect.has(globalThis, 'navigator'))
    Reflect.defineProperty(globalThis, 'navigator', { value: {}, configurable: true });
  Reflect.defineProperty(globalThis.navigator, 'gpu', { value: gpu, configurable: true });
  return gpu;
}

async function explained(load: LoadDawn): Promise<Dawn> {
  try {
    return await load();
  } catch (cause) {
    const code: unknown = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    const message = messageOf(cause);
    const isMissing = code === 'ERR_MODULE_NOT_FOUND' && message.includes("'webgpu'");
    throw new GraftError({
      code: 'unavailable',
      what: isMissing
        ? 'WebGPU in Node needs the package "webgpu" (Dawn), which is not installed.'
        : `The binary of the package "webgpu" does not load on ${process.platform} ${process.arch}: ${message}.`,
      expected: isMissing
        ? `Graft is tested with version ${VERSION}.`
        : 'It ships binaries for Linux, macOS and Windows.',
      remedy: isMissing
        ? `Run: npm install webgpu@${VERSION}`
        : `Install webgpu@${VERSION} anew on this machine, or choose another backend, for example wasm().`,
      cause,
    });
  }
}

function isGpu(value: unknown): value is GPU {
  return typeof value === 'object' && value !== null && 'requestAdapter' in value;
}
