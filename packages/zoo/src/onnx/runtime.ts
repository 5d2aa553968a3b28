import { GraftError, messageOf } from '@graft-ml/core';

/** A tensor of onnxruntime, as far as it is used here. */
export interface RuntimeTensor {
  readonly type: string;
  readonly data: unknown;
  readonly dims: readonly number[];
}

export interface RuntimeSession {
  run(feeds: Record<string, RuntimeTensor>): Promise<Readonly<Record<string, RuntimeTensor>>>;
  release(): Promise<void>;
}

/** What `onnxruntime-node` and `onnxruntime-web` have in common, as far as it is used here. */
export interface OnnxRuntime {
  readonly InferenceSession: {
    create(model: Uint8Array, options?: { readonly logSeverityLevel?: 0 | 1 | 2 | 3 | 4 }): Promise<RuntimeSession>;
  };
  readonly Tensor: new (type: 'float32', data: Float32Array, dims: readonly number[]) => RuntimeTensor;
}

/** Which of onnxruntime's packages to load. */
export type RuntimeName = 'node' | 'web';

const PACKAGES: Readonly<Record<RuntimeName, string>> = { node: 'onnxruntime-node', web: 'onnxruntime-web' };

/**
 * Load onnxruntime, an optional peer dependency: `onnxruntime-node` in Node, `onnxruntime-web` in browsers.
 *
 * @throws GraftError `unavailable` when it is not installed or does not start, with the remedy
 */
export async function loadRuntime(name: RuntimeName = 'process' in globalThis ? 'node' : 'web'): Promise<OnnxRuntime> {
  try {
    // A name that bundlers do not follow, so that they need neither package. Import maps do, and so does Node.
    const loaded: unknown = await import(/* @vite-ignore */ PACKAGES[name]);
    const runtime = isRuntime(loaded) ? loaded : fieldOf(loaded, 'default');
    if (isRuntime(runtime)) return runtime;
    throw new Error('it has no InferenceSession');
  } catch (cause) {
    const isMissing = /Cannot find (module|package)|Failed to (fetch|resolve)|Failed to load/.test(messageOf(cause));
    throw new GraftError({
      code: 'unavailable',
      what: `ONNX files run on ${PACKAGES[name]}, which ${isMissing ? 'is not installed' : `did not start: ${messageOf(cause)}`}.`,
      remedy: `Install it: npm install ${PACKAGES[name]}@1.23.2.${name === 'web' ? " Bundled pages hand it over: runtime: await import('onnxruntime-web')." : ''}`,
      cause,
    });
  }
}

function isRuntime(module: unknown): module is OnnxRuntime {
  return typeof fieldOf(fieldOf(module, 'InferenceSession'), 'create') === 'function';
}

function fieldOf(value: unknown, key: string): unknown {
  const holds = (typeof value === 'object' && value !== null) || typeof value === 'function';
  return holds ? Reflect.get(value, key) : undefined;
}
