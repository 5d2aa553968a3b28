import * as tf from '@tensorflow/tfjs-core';
import { GraftError } from '@graft-ml/core';
import { deviceOf } from '../device/devices.js';
import { ALL_KERNELS } from './all-kernels.js';
import { installFusedKernels } from './fused/install-fused.js';
import type { GraftKernel } from './graft-kernel.js';

const ENGINE = 'wasm';
let installed = false;

/** Put Graft's kernels in the place of tfjs's, once a program. tfjs's own are kept for what Graft's do not cover. */
export function installKernels(): void {
  if (installed) return;
  for (const kernel of ALL_KERNELS) install(kernel);
  installFusedKernels(ENGINE);
  installed = true;
}

function install(kernel: GraftKernel): void {
  const original: tf.KernelConfig | undefined = tf.getKernel(kernel.name, ENGINE);
  if (original !== undefined) tf.unregisterKernel(kernel.name, ENGINE);
  tf.registerKernel({
    ...original,
    kernelName: kernel.name,
    backendName: ENGINE,
    kernelFunc: ({ inputs, backend, attrs = {} }) => {
      const runOriginal = (changed: tf.NamedAttrMap): tf.TensorInfo | undefined => {
        const output = original?.kernelFunc({ inputs, backend, attrs: changed });
        return Array.isArray(output) ? output[0] : output;
      };
      const call = { inputs, attrs, device: deviceOf(backend), original: runOriginal };
      const output = kernel.run(call) ?? original?.kernelFunc({ inputs, backend, attrs });
      if (output !== undefined) return output;
      const types = Object.values(inputs).map((each) => each?.dtype ?? 'nothing');
      throw new GraftError({
        code: 'bad-input',
        what: `The wasm backend's ${kernel.name} was given ${types.join(', ')}, or a layout other than NHWC.`,
        expected: 'float32 tensors in NHWC were expected.',
        remedy: 'Cast the inputs, or use another backend for this operation.',
      });
    },
  });
}
