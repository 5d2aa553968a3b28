import { playwright } from '@vitest/browser-playwright';
import { defineConfig, type TestProjectConfiguration } from 'vitest/config';
import { findChromium } from './scripts/lib/chromium.mjs';

const chromium = findChromium();
const isRoot = process.getuid?.() === 0;
/** Shared memory, and so WASM threads, exist only on pages that are isolated by these headers. */
const isolation = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' };
/** WebGL and WebGPU on the CPU, by SwiftShader: the same everywhere, with a graphics card or without. */
const SOFTWARE_GPU = [
  '--use-angle=swiftshader',
  '--enable-unsafe-swiftshader',
  '--enable-unsafe-webgpu',
  '--use-webgpu-adapter=swiftshader',
];
const timeouts = { testTimeout: 60_000, hookTimeout: 60_000 };

const node: TestProjectConfiguration = {
  test: {
    name: 'node',
    include: [
      'packages/*/test/**/*.test.ts',
      'examples/*/test/**/*.test.ts',
      'tests/**/*.test.ts',
      'benchmarks/test/**/*.test.ts',
    ],
    exclude: ['**/*.browser.test.ts', '**/node_modules/**', '**/dist/**'],
    environment: 'node',
    ...timeouts,
  },
};

const browser: TestProjectConfiguration = {
  server: { headers: isolation },
  // Named, so that Vite bundles them before the first test, not during it, when it would reload the page.
  optimizeDeps: {
    include: [
      '@tensorflow/tfjs-core',
      '@tensorflow/tfjs-layers',
      '@graft-ml/backend-cpu > @tensorflow/tfjs-backend-cpu',
      '@graft-ml/backend-wasm > @tensorflow/tfjs-backend-wasm',
      '@graft-ml/backend-webgl > @tensorflow/tfjs-backend-webgl',
      '@graft-ml/backend-webgpu > @tensorflow/tfjs-backend-webgpu',
      '@graft-ml/testkit > fast-check',
      '@graft-ml/core > pure-rand/generator/xoroshiro128plus',
      '@graft-ml/core > pure-rand/distribution/uniformFloat64',
      '@graft-ml/core > pure-rand/distribution/uniformInt',
      '@graft-ml/core > zod',
      '@graft-ml/core > fastest-levenshtein',
      '@graft-ml/core > fflate',
      '@graft-ml/datasets > fflate',
    ],
  },
  test: {
    name: 'browser',
    include: ['packages/*/test/**/*.browser.test.ts', 'tests/**/*.browser.test.ts'],
    browser: {
      enabled: true,
      headless: true,
      screenshotFailures: false,
      provider: playwright({
        launchOptions: {
          ...(chromium === undefined ? {} : { executablePath: chromium }),
          args: [...(isRoot ? ['--no-sandbox'] : []), ...SOFTWARE_GPU],
        },
      }),
      instances: [{ browser: 'chromium' }],
    },
    ...timeouts,
  },
};

if (chromium === undefined) {
  console.warn('Browser tests are left out: no Chromium was found. Install one or set CHROMIUM_PATH.');
}

export default defineConfig({
  test: {
    // TensorFlow.js recommends its native engine whenever the cpu backend starts in Node.
    onConsoleLog: (log) => !log.includes('looks like you are running TensorFlow.js in Node.js'),
    projects: chromium === undefined ? [node] : [node, browser],
  },
});
