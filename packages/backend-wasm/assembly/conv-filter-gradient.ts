import { align, columnPanelBytes, EDGE, INNER, OUTER, rowPanelBytes } from './blocks';
import {
  dilationHeight,
  dilationWidth,
  endColumn,
  firstColumn,
  images,
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
import { packColumns } from './pack';
import { ROWS } from './tile';

/** Scratch bytes that one thread needs. */
export function convFilterGradientScratch(): usize {
  const taps = kernelHeight * kernelWidth * inChannels;
  return 64 + EDGE + rowPanelBytes(min(taps, OUTER), INNER) + columnPanelBytes(outChannels, INNER);
}

/**
 * dFilter[taps × outChannels] = patchesᵀ × dy, where a patch is what the kernel sees from one output pixel. The patches
 * are packed straight from the image, a block of pixels at a time: the im2col matrix never exists.
 *
 * This writes the taps [from, to).
 */
export function convFilterGradient(x: usize, dy: usize, out: usize, scratch: usize, from: i32, to: i32): void {
  gradientOf(x, dy, out, scratch, 0, images * outHeight * outWidth, from, to);
}

/**
 * The same in parts, for filters too small to divide: part p, at `parts`[p × taps × outChannels], is the sum over the
 * pixels [p × size, (p + 1) × size). This writes the parts [from, to); `sumParts` adds them up.
 */
export function convFilterGradientParts(
  x: usize,
  dy: usize,
  parts: usize,
  size: i32,
  scratch: usize,
  from: i32,
  to: i32,
): void {
  const taps = kernelHeight * kernelWidth * inChannels;
  const pixels = images * outHeight * outWidth;
  for (let part = from; part < to; part++) {
    const out = parts + ((<usize>part * taps * outChannels) << 2);
    gradientOf(x, dy, out, scratch, part * size, min(pixels, (part + 1) * size), 0, taps);
  }
}

function gradientOf(
  x: usize,
  dy: usize,
  out: usize,
  scratch: usize,
  firstPixel: i32,
  endPixel: i32,
  firstTap: i32,
  endTap: i32,
): void {
  const row = (<usize>outChannels) << 2;
  memory.fill(out + <usize>firstTap * row, 0, <usize>(endTap - firstTap) * row);
  const edge = align(scratch);
  const patches = edge + EDGE;
  const gradients = patches + rowPanelBytes(min(kernelHeight * kernelWidth * inChannels, OUTER), INNER);
  for (let pixel = firstPixel; pixel < endPixel; pixel += INNER) {
    const deep = min(INNER, endPixel - pixel);
    packColumns(gradients, dy + <usize>pixel * row, outChannels, 1, outChannels, deep);
    for (let tap = firstTap; tap < endTap; tap += OUTER) {
      const tall = min(OUTER, endTap - tap);
      packTaps(patches, x, tap, tall, pixel, deep);
      multiplyPanels(tall, outChannels, deep, patches, gradients, out + <usize>tap * row, outChannels, true, edge);
    }
  }
}

/** Row panels of the transposed patch matrix: taps [first, first + count) × pixels [pixel, pixel + pixels). */
function packTaps(out: usize, x: usize, first: i32, count: i32, pixel: i32, pixels: i32): void {
  const taps = first + count;
  for (let tap = first; tap < taps; tap += ROWS) {
    const channel = tap % inChannels;
    if (channel + ROWS <= inChannels && tap + ROWS <= taps) {
      packTap<v128>(out, x, tap / inChannels, channel, pixel, pixels);
    } else {
      for (let lane = 0; lane < ROWS; lane++) {
        const at = out + ((<usize>lane) << 2);
        const each = tap + lane;
        if (each < taps) packTap<f32>(at, x, each / inChannels, each % inChannels, pixel, pixels);
        else zeros<f32>(at, pixels);
      }
    }
    out += (<usize>(pixels * ROWS)) << 2;
  }
}

// @ts-ignore: decorator
@inline
function zeros<T>(out: usize, count: i32): usize {
  for (; count > 0; count--) {
    if (isVector<T>()) v128.store(out, f32x4.splat(0));
    else store<f32>(out, 0);
    out += 16;
  }
  return out;
}

/** One float (or four neighbouring channels) of every pixel's patch, 16 bytes apart; zero where it lies in the padding. */
function packTap<T>(out: usize, x: usize, position: i32, channel: i32, pixel: i32, pixels: i32): void {
  const kh = position / kernelWidth;
  const kw = position % kernelWidth;
  const first = firstColumn(kw);
  const end = endColumn(kw);
  const step = (<usize>(strideWidth * inChannels)) << 2;
  let column = pixel % outWidth;
  let row = (pixel / outWidth) % outHeight;
  let image = pixel / (outWidth * outHeight);
  while (pixels > 0) {
    const run = min(pixels, outWidth - column);
    const stop = column + run;
    const y = row * strideHeight - padTop + kh * dilationHeight;
    if (y < 0 || y >= inHeight) {
      out = zeros<T>(out, run);
    } else {
      const from = max(column, min(first, stop));
      const to = max(from, min(end, stop));
      out = zeros<T>(out, from - column);
      const left = from * strideWidth - padLeft + kw * dilationWidth;
      let source = x + (((<usize>(image * inHeight + y) * inWidth + left) * inChannels + channel) << 2);
      for (let each = from; each < to; each++) {
        if (isVector<T>()) v128.store(out, v128.load(source));
        else store<f32>(out, load<f32>(source));
        out += 16;
        source += step;
      }
      out = zeros<T>(out, stop - to);
    }
    pixels -= run;
    column = 0;
    if (++row == outHeight) {
      row = 0;
      image++;
    }
  }
}
