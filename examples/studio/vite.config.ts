import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';
import { offline } from './scripts/offline-plugin.mjs';

/** Shared memory, and so WASM threads, exist only on pages that are isolated by these headers. */
const isolation = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' };

export default defineConfig({
  // So that the page works in any folder of any server.
  base: './',
  plugins: [svelte(), offline()],
  resolve: { alias: { h5wasm: fileURLToPath(new URL('src/engine/no-keras.ts', import.meta.url)) } },
  worker: {
    format: 'es',
    rolldownOptions: {
      output: {
        // Named, because they come only when they are chosen: neither are they kept beforehand, nor does every visit load them.
        chunkFileNames: ({ facadeModuleId }) => {
          const engine = /packages\/backend-(\w+)\//.exec(facadeModuleId ?? '')?.[1];
          return engine === undefined ? 'assets/[name]-[hash].js' : `assets/engine-${engine}-[hash].js`;
        },
      },
    },
  },
  build: { target: 'es2022', chunkSizeWarningLimit: 1500 },
  server: { headers: isolation },
  preview: { headers: isolation },
});
