import { field, nodeModule } from './host.js';

/**
 * Why threads cannot be had here, and what would help, as the end of a sentence; undefined when they can.
 *
 * @param url of the binary whose memory can be shared; undefined when the user's own paths name none
 */
export async function whyNotShared(url: string | undefined): Promise<string | undefined> {
  const isNode = nodeModule('worker_threads') !== undefined;
  if (!isNode && field(globalThis, 'crossOriginIsolated') !== true) {
    return (
      'this page is not cross-origin isolated, so it has no shared memory. Serve it with the headers ' +
      '"Cross-Origin-Opener-Policy: same-origin" and "Cross-Origin-Embedder-Policy: require-corp".'
    );
  }
  if (!hasSharedMemory()) return 'this JavaScript engine refuses WebAssembly memory that threads share.';
  if (url === undefined) {
    return 'wasmPaths names no tfjs-backend-wasm-simd-shared.wasm. It is in assets/ of @graft-ml/backend-wasm: add its URL.';
  }
  if (await isThere(url, isNode)) return undefined;
  return `there is no usable ${url}. Put assets/tfjs-backend-wasm-simd-shared.wasm of @graft-ml/backend-wasm there.`;
}

function hasSharedMemory(): boolean {
  try {
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
    return memory.buffer instanceof SharedArrayBuffer;
  } catch {
    return false;
  }
}

/** tfjs cannot be asked a second time with other paths: so look first. */
async function isThere(url: string, isNode: boolean): Promise<boolean> {
  if (isNode) {
    const exists = field(nodeModule('fs'), 'existsSync');
    return typeof exists === 'function' && exists(url.startsWith('file:') ? new URL(url) : url) === true;
  }
  try {
    const response = await fetch(url);
    return response.ok && WebAssembly.validate(await response.arrayBuffer());
  } catch {
    return false;
  }
}
