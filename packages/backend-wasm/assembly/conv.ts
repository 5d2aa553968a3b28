import { align, columnPanelBytes, EDGE, evenBlock, INNER, OUTER, roundUp, rowPanelBytes } from './blocks';
import { images, inChannels, kernelHeight, kernelWidth, outChannels, outHeight, outWidth } from './geometry';
import { multiplyPanels } from './multiply';
import { packColumns } from './pack';
import { packPatches } from './patches';
import { COLUMNS } from './tile';

// @ts-ignore: decorator
@inline
function paddingBytes(): usize {
  return align((<usize>(kernelWidth * inChannels)) << 2);
}

export function convScratch(): usize {
  const taps = kernelHeight * kernelWidth * inChannels;
  return 64 + EDGE + paddingBytes() + rowPanelBytes(OUTER, min(taps, INNER)) + columnPanelBytes(outChannels, taps);
}

/** out[pixels × outChannels] = patches × filter; the patches are packed straight from the image, block by block. */
export function conv(x: usize, filter: usize, out: usize, scratch: usize): void {
  const taps = kernelHeight * kernelWidth * inChannels;
  const pixels = images * outHeight * outWidth;
  const edge = align(scratch);
  const nothing = edge + EDGE;
  const rows = nothing + paddingBytes();
  const columns = rows + rowPanelBytes(OUTER, min(taps, INNER));
  memory.fill(nothing, 0, paddingBytes());
  const inner = evenBlock(taps, INNER, 4);
  const wide = roundUp(outChannels, COLUMNS);
  for (let step = 0; step < taps; step += inner) {
    const at = columns + ((<usize>step * wide) << 2);
    const from = filter + ((<usize>step * outChannels) << 2);
    packColumns(at, from, outChannels, 1, outChannels, min(inner, taps - step));
  }
  for (let pixel = 0; pixel < pixels; pixel += OUTER) {
    const tall = min(OUTER, pixels - pixel);
    const to = out + ((<usize>pixel * outChannels) << 2);
    for (let step = 0; step < taps; step += inner) {
      const deep = min(inner, taps - step);
      packPatches(rows, x, pixel, tall, step, deep, nothing);
      const panels = columns + ((<usize>step * wide) << 2);
      multiplyPanels(tall, outChannels, deep, rows, panels, to, outChannels, step > 0, edge);
    }
  }
}
