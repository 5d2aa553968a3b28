import { util, type TensorInfo } from '@tensorflow/tfjs-core';
import { FUSED } from '@graft-ml/core';
import { elementPass } from '../../device/element-pass.js';
import { traffic } from '../../device/work.js';
import { number } from '../attributes.js';
import { dimension } from '../graft-kernel.js';
import { sumOfParts } from '../sum-of-parts.js';
import { fusedInput, fusedOutputs, type FusedCall, type FusedKernel } from './fused-kernel.js';

export const reluGradient: FusedKernel = {
  name: FUSED.reluGradient,
  run: (call) => [gradient(call, 'reluGradient', [number(call.attrs, 'most')])],
};

/** How many parts the rows are summed in. */
const PARTS = 16;
/** Rows of a part come in whole blocks: BLOCK in assembly/relu-bias-gradient.ts. */
const BLOCK = 64;

export const reluBiasGradient: FusedKernel = {
  name: FUSED.reluBiasGradient,
  run: (call) => {
    const { device } = call;
    const y = fusedInput(call, 'y');
    const floats = util.sizeFromShape(y.shape);
    const columns = dimension(y.shape, -1);
    const dy = device.address(fusedInput(call, 'dy', floats));
    const outputs = fusedOutputs(device, [y.shape, [columns]]);
    const [dx, dbias] = outputs;
    if (dx === undefined || dbias === undefined) return outputs;
    const rows = columns === 0 ? 0 : floats / columns;
    const size = Math.max(1, Math.ceil(rows / BLOCK / PARTS)) * BLOCK;
    sumOfParts(device, dbias, Math.ceil(rows / size), (parts, count) => {
      device.work({
        kernel: 'reluBiasGradientParts',
        numbers: [device.address(y), dy, rows, columns, size, device.address(dx), parts],
        count,
        nanoseconds: traffic(3 * floats),
      });
    });
    return outputs;
  },
};

export const clipGradient: FusedKernel = {
  name: FUSED.clipGradient,
  run: (call) => [gradient(call, 'clipGradient', [number(call.attrs, 'least'), number(call.attrs, 'most')])],
};

function gradient(call: FusedCall, kernel: 'reluGradient' | 'clipGradient', bounds: readonly number[]): TensorInfo {
  const { device } = call;
  const x = fusedInput(call, 'x');
  const dy = fusedInput(call, 'dy', util.sizeFromShape(x.shape));
  const numbers = [device.address(x), device.address(dy), ...bounds];
  return elementPass(device, { kernel, numbers, like: x, floats: 3 });
}
