import { align, columnPanelBytes, EDGE, evenBlock, INNER, roundUp, rowPanelBytes } from './blocks';
import {
  dilationHeight,
  dilationWidth,
  inChannels,
  inHeight,
  inWidth,
  kernelHeight,
  kernelWidth,
  outChannels,
  outHeight,
  outWidth,
  padLeft,
  padTop,
  strideHeight,
  strideWidth,
} from './geometry';
import { multiplyPanels } from './multiply';
import { packColumns, packRows } from './pack';
import { COLUMNS, ROWS } from './tile';
import { WIDE_ROWS } from './wide-tile';

/** Floats of the scratch patch gradients: 256 KiB, which the second-level cache holds. */
const PATCH_FLOATS: i32 = 65536;

// @ts-ignore: decorator
@inline
function blockOfPixels(taps: i32): i32 {
  const most = min(240, PATCH_FLOATS / taps);
  return most >= WIDE_ROWS ? most - (most % WIDE_ROWS) : max(ROWS, most & ~(ROWS - 1));
}

/** Bytes of the packed filter, which all threads read. */
export function convInputGradientFilterBytes(): usize {
  return 64 + columnPanelBytes(kernelHeight * kernelWidth * inChannels, outChannels);
}

/** Scratch bytes that one thread needs. */
export function convInputGradientScratch(): usize {
  const taps = kernelHeight * kernelWidth * inChannels;
  const pixels = blockOfPixels(taps);
  return 64 + EDGE + rowPanelBytes(pixels, min(outChannels, INNER)) + align((<usize>pixels * taps) << 2);
}

/** Write the filter into `packed` as `convInputGradient` wants it. */
export function packConvInputGradientFilter(filter: usize, packed: usize): void {
  const taps = kernelHeight * kernelWidth * inChannels;
  const inner = evenBlock(outChannels, INNER, 4);
  const wide = roundUp(taps, COLUMNS);
  const columns = align(packed);
  for (let step = 0; step < outChannels; step += inner) {
    const at = columns + ((<usize>step * wide) << 2);
    packColumns(at, filter + ((<usize>step) << 2), 1, outChannels, taps, min(inner, outChannels - step));
  }
}

/**
 * dx = the patches' gradients, dy × filterᵀ, added back to where each patch was read from, for the images [from, to).
 * A block of pixels at a time, so that the scratch stays small.
 */
export function convInputGradient(dy: usize, packed: usize, out: usize, scratch: usize, from: i32, to: i32): void {
  const taps = kernelHeight * kernelWidth * inChannels;
  const end = to * outHeight * outWidth;
  const image = (<usize>(inHeight * inWidth) * inChannels) << 2;
  memory.fill(out + <usize>from * image, 0, <usize>(to - from) * image);
  const block = blockOfPixels(taps);
  const edge = align(scratch);
  const rows = edge + EDGE;
  const patches = rows + rowPanelBytes(block, min(outChannels, INNER));
  const columns = align(packed);
  const inner = evenBlock(outChannels, INNER, 4);
  const wide = roundUp(taps, COLUMNS);
  for (let pixel = from * outHeight * outWidth; pixel < end; pixel += block) {
    const tall = min(block, end - pixel);
    for (let step = 0; step < outChannels; step += inner) {
      const deep = min(inner, outChannels - step);
      packRows(rows, dy + ((<usize>pixel * outChannels + step) << 2), outChannels, 1, tall, deep);
      multiplyPanels(tall, taps, deep, rows, columns + ((<usize>step * wide) << 2), patches, taps, step > 0, edge);
    }
    scatter(patches, out, pixel, tall);
  }
}

function scatter(patches: usize, out: usize, pixel: i32, pixels: i32): void {
  const rowOfTaps = (<usize>(kernelWidth * inChannels)) << 2;
  let column = pixel % outWidth;
  let row = (pixel / outWidth) % outHeight;
  let image = pixel / (outWidth * outHeight);
  for (; pixels > 0; pixels--) {
    const left = column * strideWidth - padLeft;
    const top = row * strideHeight - padTop;
    for (let kh = 0; kh < kernelHeight; kh++) {
      const y = top + kh * dilationHeight;
      if (y >= 0 && y < inHeight) {
        const line = out + ((<usize>(image * inHeight + y) * inWidth * inChannels) << 2);
        if (dilationWidth == 1) {
          // Neighbouring taps are neighbours in the image too: one run of floats.
          const from = max(0, -left);
          const to = min(kernelWidth, inWidth - left);
          if (to > from) {
            const at = line + ((<usize>((left + from) * inChannels)) << 2);
            addRun(at, patches + ((<usize>(from * inChannels)) << 2), (to - from) * inChannels);
          }
        } else {
          for (let kw = 0; kw < kernelWidth; kw++) {
            const at = left + kw * dilationWidth;
            if (at >= 0 && at < inWidth) {
              const source = patches + ((<usize>(kw * inChannels)) << 2);
              addRun(line + ((<usize>(at * inChannels)) << 2), source, inChannels);
            }
          }
        }
      }
      patches += rowOfTaps;
    }
    if (++column == outWidth) {
      column = 0;
      if (++row == outHeight) {
        row = 0;
        image++;
      }
    }
  }
}

// @ts-ignore: decorator
@inline
function addRun(to: usize, from: usize, count: i32): void {
  for (; count >= 4; count -= 4) {
    v128.store(to, f32x4.add(v128.load(to), v128.load(from)));
    to += 16;
    from += 16;
  }
  for (; count > 0; count--) {
    store<f32>(to, load<f32>(to) + load<f32>(from));
    to += 4;
    from += 4;
  }
}
