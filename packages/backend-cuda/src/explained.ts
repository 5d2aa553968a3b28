import { GraftError, messageOf } from '@graft-ml/core';

interface Diagnosis {
  readonly matches: (code: string, message: string, name: string) => boolean;
  readonly what: (name: string, message: string) => string;
  readonly expected?: string;
  readonly remedy: (name: string) => string;
}

/** The ways in which tfjs-node fails to load, each by what it says. The first that matches counts. */
const DIAGNOSES: readonly Diagnosis[] = [
  {
    // A bundler between says it in words of its own.
    matches: (code, message, name) =>
      new RegExp(`['"]${name}['"]`).test(message) && (/MODULE_NOT_FOUND/.test(code) || message.includes('not resolve')),
    what: (name) => `${name} is not installed.`,
    expected: 'Graft does not bring it along: it downloads TensorFlow when it is installed.',
    remedy: (name) => `Run: npm install ${name}@4.22.0 (with its install scripts allowed).`,
  },
  {
    matches: (_, message) => /isNullOrUndefined|isArray is not a function/.test(message),
    what: (name) => `${name} does not run on Node ${process.versions.node}, which removed functions that it calls.`,
    remedy: () => 'Use Node 20 or 22, or choose webgpu() from @graft-ml/backend-webgpu.',
  },
  {
    matches: (_, message) => /tfjs_binding\.node|napi-v\d/.test(message),
    what: (name) => `${name} is installed without its binary (tfjs_binding.node).`,
    expected: 'Its install script builds or downloads it, and was not run or failed.',
    remedy: (name) =>
      `Run: npm rebuild ${name} --build-addon-from-source. With pnpm, allow its install script first (onlyBuiltDependencies).`,
  },
  {
    matches: (_, message) => /cudnn/i.test(message),
    what: (name, message) => `${name} does not find cuDNN: ${message}.`,
    expected: 'cuDNN 8.1 was expected.',
    remedy: () => 'Install cuDNN 8.1 for CUDA 11.2 and add its folder to LD_LIBRARY_PATH (PATH on Windows).',
  },
  {
    matches: (_, message) => /cudart|cublas|cufft|curand|cusolver|cusparse|nvcuda|libcuda/i.test(message),
    what: (name, message) => `${name} does not find CUDA: ${message}.`,
    expected: 'CUDA 11.2 was expected.',
    remedy: () => 'Install CUDA 11.2 and add its folder to LD_LIBRARY_PATH (PATH on Windows).',
  },
  {
    matches: (code, message) => code === 'ERR_DLOPEN_FAILED' || /libtensorflow|shared object|dlopen/i.test(message),
    what: (name, message) => `The TensorFlow library of ${name} does not load: ${message}.`,
    expected: 'Its install script downloads libtensorflow 2.9.1, and was not run or failed.',
    remedy: (name) => `Run: npm rebuild ${name}, on this machine and with a network.`,
  },
];

/** The error for a failed load, with its remedy. */
export function explained(name: string, cause: unknown): GraftError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  const message = messageOf(cause).split('\n')[0] ?? '';
  const found = DIAGNOSES.find(({ matches }) => matches(code, messageOf(cause), name));
  if (found === undefined) {
    return new GraftError({
      code: 'unavailable',
      what: `${name} does not start: ${message}.`,
      remedy: 'Choose webgpu() from @graft-ml/backend-webgpu or wasm() from @graft-ml/backend-wasm.',
      cause,
    });
  }
  return new GraftError({
    code: 'unavailable',
    what: found.what(name, message),
    ...(found.expected === undefined ? {} : { expected: found.expected }),
    remedy: found.remedy(name),
    cause,
  });
}
