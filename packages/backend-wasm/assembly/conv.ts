import { align, columnPanelBytes, EDGE, evenBlock, INNER, OUTER, roundUp, rowPanelBytes } from './blocks';
import { finishBlock } from './finish';
import { inChannels, kernelHeight, kernelWidth, outChannels } from './geometry';
import { multiplyPanels } from './multiply';
import { packColumns } from './pack';
import { packPatches } from './patches';
import { COLUMNS } from './tile';

// @ts-ignore: decorator
@inline
function paddingBytes(): usize {
  return align((<usize>(kernelWidth * inChannels)) << 2);
}

/** Bytes of the packed filter, which all threads read. */
export function convFilterBytes(): usize {
  return 64 + columnPanelBytes(outChannels, kernelHeight * kernelWidth * inChannels);
}

/** Scratch bytes that one thread of `conv` needs. */
export function convScratch(): usize {
  const taps = kernelHeight * kernelWidth * inChannels;
  return 64 + EDGE + paddingBytes() + rowPanelBytes(OUTER, min(taps, INNER));
}

/** Write the filter into `packed` as `conv` wants it. */
export function packConvFilter(filter: usize, packed: usize): void {
  const taps = kernelHeight * kernelWidth * inChannels;
  const inner = evenBlock(taps, INNER, 4);
  const wide = roundUp(outChannels, COLUMNS);
  const columns = align(packed);
  for (let step = 0; step < taps; step += inner) {
    const at = columns + ((<usize>step * wide) << 2);
    const from = filter + ((<usize>step * outChannels) << 2);
    packColumns(at, from, outChannels, 1, outChannels, min(inner, taps - step));
  }
}

/**
 * out[pixels × outChannels] = patches × filter, then a bias a channel and an activation, for the output pixels
 * [from, to) of all images. The patches are packed straight from the image, block by block.
 */
export function conv(
  x: usize,
  packed: usize,
  out: usize,
  bias: usize,
  activation: i32,
  alpha: f32,
  scratch: usize,
  from: i32,
  to: i32,
): void {
  const taps = kernelHeight * kernelWidth * inChannels;
  const edge = align(scratch);
  const nothing = edge + EDGE;
  const rows = nothing + paddingBytes();
  const columns = align(packed);
  memory.fill(nothing, 0, paddingBytes());
  const inner = evenBlock(taps, INNER, 4);
  const wide = roundUp(outChannels, COLUMNS);
  for (let pixel = from; pixel < to; pixel += OUTER) {
    const tall = min(OUTER, to - pixel);
    const at = out + ((<usize>pixel * outChannels) << 2);
    for (let step = 0; step < taps; step += inner) {
      const deep = min(inner, taps - step);
      packPatches(rows, x, pixel, tall, step, deep, nothing);
      const panels = columns + ((<usize>step * wide) << 2);
      multiplyPanels(tall, outChannels, deep, rows, panels, at, outChannels, step > 0, edge);
    }
    finishBlock(at, tall, outChannels, outChannels, bias, activation, alpha);
  }
}
