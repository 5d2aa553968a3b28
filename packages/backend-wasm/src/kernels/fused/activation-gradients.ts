import { util, type TensorInfo } from '@tensorflow/tfjs-core';
import { FUSED } from '@graft-ml/core';
import { traffic, VECTOR } from '../../device/work.js';
import { number } from '../attributes.js';
import { dimension } from '../graft-kernel.js';
import { sumOfParts } from '../sum-of-parts.js';
import { fusedInput, fusedOutputs, type FusedCall, type FusedKernel } from './fused-kernel.js';

export const reluGradient: FusedKernel = {
  name: FUSED.reluGradient,
  run: (call) => {
    const { device, attrs } = call;
    const { x, dy, size, dx } = operands(call);
    const numbers = [device.address(x), device.address(dy), number(attrs, 'most'), device.address(dx)];
    device.work({ kernel: 'reluGradient', numbers, count: size, align: VECTOR, nanoseconds: traffic(3 * size) });
    return [dx];
  },
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
  run: (call) => {
    const { device, attrs } = call;
    const { x, dy, size, dx } = operands(call);
    const [least, most] = [number(attrs, 'least'), number(attrs, 'most')];
    const numbers = [device.address(x), device.address(dy), least, most, device.address(dx)];
    device.work({ kernel: 'clipGradient', numbers, count: size, align: VECTOR, nanoseconds: traffic(3 * size) });
    return [dx];
  },
};

function operands(call: FusedCall): { x: TensorInfo; dy: TensorInfo; size: number; dx: TensorInfo } {
  const x = fusedInput(call, 'x');
  const size = util.sizeFromShape(x.shape);
  return { x, dy: fusedInput(call, 'dy', size), size, dx: call.device.output(x.shape) };
}
