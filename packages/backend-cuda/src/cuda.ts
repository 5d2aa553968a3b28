import type { Backend } from '@graft-ml/core';
import { startNative } from './start-native.js';

/**
 * TensorFlow.js on an NVIDIA card, through native TensorFlow: an adapter around `@tensorflow/tfjs-node-gpu`, which the
 * user installs (`npm install @tensorflow/tfjs-node-gpu@4.22.0`) with CUDA 11.2 and cuDNN 8.1. Memory of the card is
 * taken as it is needed, not all at once. For other cards, or without CUDA, there is `webgpu()`.
 *
 * @returns a backend whose `start` throws `unavailable` and says which of these is missing: the package, its binary, CUDA
 *   or cuDNN, a card, a Node that it runs on. Its report tells `tensorflow` (tfjs's version), `package` and `gpu`.
 *
 * @example
 * ```ts
 * import { useBackend } from '@graft-ml/core';
 * import { cpu } from '@graft-ml/backend-cpu';
 * import { cuda } from '@graft-ml/backend-cuda';
 * const active = await useBackend([cuda(), cpu()]);
 * console.log(active.engine, active.refused); // tensorflow, or cpu and what is missing
 * ```
 */
export function cuda(): Backend {
  return { name: 'cuda', start: () => startNative('@tensorflow/tfjs-node-gpu') };
}

/**
 * TensorFlow.js on native TensorFlow, on the CPU: an adapter around `@tensorflow/tfjs-node`, which the user installs.
 *
 * @returns a backend whose `start` throws `unavailable` and says what is missing, as `cuda` does
 */
export function nativeCpu(): Backend {
  return { name: 'native-cpu', start: () => startNative('@tensorflow/tfjs-node') };
}
