import { util, type TensorInfo } from '@tensorflow/tfjs-core';
import type { Device } from '../device/device.js';
import { FLOAT_BYTES, traffic, VECTOR } from '../device/work.js';

/**
 * A sum over so much that threads divide it: `fill` computes `count` parts, each as large as `out`, at the address it is
 * given, and their sum goes to `out`. How many parts there are must depend on shapes only, never on the number of
 * threads: so the result is the same for every number.
 */
export function sumOfParts(
  device: Device,
  out: TensorInfo,
  count: number,
  fill: (parts: number, count: number) => void,
): void {
  const floats = util.sizeFromShape(out.shape);
  if (count <= 1) {
    fill(device.address(out), 1);
    return;
  }
  device.scratch(count * floats * FLOAT_BYTES, (parts) => {
    fill(parts, count);
    const numbers = [parts, count, floats, device.address(out)];
    device.work({
      kernel: 'sumParts',
      numbers,
      count: floats,
      align: VECTOR,
      nanoseconds: traffic((count + 1) * floats),
    });
  });
}
