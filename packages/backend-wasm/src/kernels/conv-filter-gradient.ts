import type { TensorInfo } from '@tensorflow/tfjs-core';
import { arithmetic } from '../device/work.js';
import { numbers, text } from './attributes.js';
import { applyGeometry, convolution, operations } from './geometry.js';
import { allFloat, input, type GraftKernel, type KernelCall } from './graft-kernel.js';
import { sumOfParts } from './sum-of-parts.js';

/** d filter [kh, kw, in, out] of a convolution over x [n, h, w, in] with dy [n, oh, ow, out]; tfjs WASM has none. */
export const convFilterGradient: GraftKernel = { name: 'Conv2DBackpropFilter', run };

/** Filters of at most so many floats are summed in parts of whole blocks of pixels; greater ones are divided by taps. */
const MOST_FLOATS = 65_536;
const PARTS = 16;
/** As in assembly/blocks.ts: INNER, and a multiple of the rows of a tile. */
const PIXELS = 384;
const TAPS = 12;
/** Taps from which packing dy is little beside multiplying. */
const LONG = 240;

function run(call: KernelCall): TensorInfo | undefined {
  const x = input(call, 'x');
  const dy = input(call, 'dy');
  if (!allFloat(x, dy) || text(call.attrs, 'dataFormat', 'NHWC') !== 'NHWC') return undefined;
  const info = convolution(call, x.shape, numbers(call.attrs, 'filterShape'), false);
  const { device } = call;
  const out = device.output(info.filterShape);
  applyGeometry(call, info);
  const taps = info.filterHeight * info.filterWidth * info.inChannels;
  const pixels = info.batchSize * info.outHeight * info.outWidth;
  const nanoseconds = arithmetic(operations(info));
  const scratch = device.functions.convFilterGradientScratch();
  const [from, by, to] = [device.address(x), device.address(dy), device.address(out)];
  if (taps * info.outChannels > MOST_FLOATS) {
    const numbers = [from, by, to];
    device.work({
      kernel: 'convFilterGradient',
      numbers,
      count: taps,
      align: TAPS,
      nanoseconds,
      scratch,
      longEnough: LONG,
    });
    return out;
  }
  const blocks = Math.ceil(pixels / PIXELS);
  const size = Math.max(1, Math.ceil(blocks / PARTS)) * PIXELS;
  sumOfParts(device, out, Math.ceil(pixels / size), (parts, count) => {
    const numbers = [from, by, parts, size];
    device.work({ kernel: 'convFilterGradientParts', numbers, count, nanoseconds, scratch });
  });
  return out;
}
