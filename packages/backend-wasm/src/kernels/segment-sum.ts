import { util, type TensorInfo } from '@tensorflow/tfjs-core';
import { GraftError } from '@graft-ml/core';
import { traffic } from '../device/work.js';
import { number } from './attributes.js';
import { input, type GraftKernel, type KernelCall } from './graft-kernel.js';

/**
 * `tf.unsortedSegmentSum`, the gradient of gather and so of every embedding; tfjs WASM has none. x [ids, ...], ids
 * int32 [ids]; gives float32 [segments, ...], like the cpu backend. Rows with an id outside the range are left out.
 */
export const segmentSum: GraftKernel = { name: 'UnsortedSegmentSum', run };

function run(call: KernelCall): TensorInfo {
  const { device } = call;
  const x = input(call, 'x');
  const ids = input(call, 'segmentIds');
  const [count = 0] = x.shape;
  if (ids.dtype !== 'int32' || ids.shape.length !== 1 || ids.shape[0] !== count) {
    throw new GraftError({
      code: 'bad-input',
      what: `Segment ids of type ${ids.dtype} and shape [${ids.shape.join(', ')}] do not fit values of shape [${x.shape.join(', ')}].`,
      expected: 'One int32 id for each row of the values was expected.',
    });
  }
  const segments = number(call.attrs, 'numSegments');
  const rest = x.shape.slice(1);
  const values = x.dtype === 'float32' ? x : device.run('Cast', { x }, { dtype: 'float32' });
  const out = device.output([segments, ...rest]);
  const width = util.sizeFromShape(rest);
  device.work({
    kernel: 'segmentSum',
    numbers: [device.address(values), device.address(ids), count, width, device.address(out)],
    count: segments,
    nanoseconds: traffic(2 * count * width + segments * width),
    longEnough: Math.ceil(segments / 2),
  });
  if (values !== x) device.release(values);
  return out;
}
