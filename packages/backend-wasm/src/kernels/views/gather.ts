import { util } from '@tensorflow/tfjs-core';
import { traffic } from '../../device/work.js';
import { number } from '../attributes.js';
import { input, type GraftKernel } from '../graft-kernel.js';

/** `tf.gather` without batch dimensions, which embeddings look words up by. Ids outside are left to tfjs to refuse. */
export const gather: GraftKernel = {
  name: 'GatherV2',
  run: ({ inputs, attrs, device, original }) => {
    const call = { inputs, attrs, device, original };
    const x = input(call, 'x');
    const indices = input(call, 'indices');
    if ((x.dtype !== 'float32' && x.dtype !== 'int32') || indices.dtype !== 'int32') return undefined;
    const [axis = 0] = util.parseAxisParam(number(attrs, 'axis', 0), x.shape);
    const count = util.sizeFromShape(indices.shape);
    const rows = x.shape[axis] ?? 0;
    const ids = device.address(indices);
    if (number(attrs, 'batchDims', 0) !== 0 || device.functions.idsWithin(ids, count, rows) === 0) return undefined;
    const [before, after] = [x.shape.slice(0, axis), x.shape.slice(axis + 1)];
    const [outer, width] = [util.sizeFromShape(before), util.sizeFromShape(after)];
    const out = device.output([...before, ...indices.shape, ...after], x.dtype);
    device.work({
      kernel: 'gather',
      numbers: [device.address(x), rows, width, ids, count, device.address(out)],
      count: outer * count,
      nanoseconds: traffic(2 * outer * count * width),
    });
    return out;
  },
};
