import { useBackend, type ActiveBackend, type Backend } from '@graft-ml/core';

export type EngineName = 'wasm' | 'webgl' | 'webgpu' | 'cpu';

/** Engines by name. Each is loaded only when it is chosen. */
const ENGINES: Readonly<Record<EngineName, (software: boolean) => Promise<Backend>>> = {
  wasm: async () => (await import('@graft-ml/backend-wasm')).wasm({ threads: threads() }),
  webgl: async (software) => (await import('@graft-ml/backend-webgl')).webgl({ software }),
  webgpu: async (software) => (await import('@graft-ml/backend-webgpu')).webgpu({ software }),
  cpu: async () => (await import('@graft-ml/backend-cpu')).cpu(),
};

/** A processor is left to the page, so that it stays quick. Threads need the headers that isolate a page. */
function threads(): number {
  return self.crossOriginIsolated ? Math.min(8, Math.max(1, navigator.hardwareConcurrency - 1)) : 1;
}

/**
 * Start an engine in this worker.
 *
 * @param software whether a graphics card that is only emulated will do, as in tests
 * @throws GraftError `unavailable` with the reason
 */
export async function startEngine(name: EngineName, software: boolean): Promise<ActiveBackend> {
  return useBackend(await ENGINES[name](software));
}
