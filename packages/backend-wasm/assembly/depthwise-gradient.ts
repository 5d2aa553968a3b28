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
import { madd } from './madd';

/*
 * Both gradients walk the output line by line: the lines of x and dy that meet stay in the first-level cache for all
 * taps. Four channels at a time when the multiplier is 1, one at a time otherwise.
 */

/**
 * In parts, one for every `size` images: this writes the parts [from, to), each as large as the filter; `sumParts`
 * adds them up.
 */
export function depthwiseFilterGradientParts(x: usize, dy: usize, parts: usize, size: i32, from: i32, to: i32): void {
  const floats = (<usize>(kernelHeight * kernelWidth) * outChannels) << 2;
  for (let part = from; part < to; part++) {
    filterGradientOf(x, dy, parts + <usize>part * floats, part * size, min(images, (part + 1) * size));
  }
}

function filterGradientOf(x: usize, dy: usize, out: usize, firstImage: i32, endImage: i32): void {
  memory.fill(out, 0, (<usize>(kernelHeight * kernelWidth) * outChannels) << 2);
  const multiplier = outChannels / inChannels;
  const stepX = (<usize>(strideWidth * inChannels)) << 2;
  const stepY = (<usize>outChannels) << 2;
  for (let line = firstImage * outHeight; line < endImage * outHeight; line++) {
    const top = (line % outHeight) * strideHeight - padTop;
    for (let kh = 0; kh < kernelHeight; kh++) {
      const y = top + kh * dilationHeight;
      if (y < 0 || y >= inHeight) continue;
      for (let kw = 0; kw < kernelWidth; kw++) {
        const first = firstColumn(kw);
        const count = endColumn(kw) - first;
        if (count <= 0) continue;
        const left = first * strideWidth - padLeft + kw * dilationWidth;
        const lineOfX = x + ((<usize>((line / outHeight) * inHeight + y) * inWidth + left) * inChannels << 2);
        const lineOfY = dy + ((<usize>(line * outWidth + first) * outChannels) << 2);
        const taps = out + ((<usize>(kh * kernelWidth + kw) * outChannels) << 2);
        let channel = 0;
        if (multiplier == 1) {
          for (; channel + 4 <= outChannels; channel += 4) {
            const offset = (<usize>channel) << 2;
            dot4(taps + offset, lineOfX + offset, stepX, lineOfY + offset, stepY, count);
          }
        }
        for (; channel < outChannels; channel++) {
          const offset = (<usize>channel) << 2;
          const source = lineOfX + ((<usize>(channel / multiplier)) << 2);
          dot1(taps + offset, source, stepX, lineOfY + offset, stepY, count);
        }
      }
    }
  }
}

/** Several accumulators, so that one addition need not wait for the one before it. */
// @ts-ignore: decorator
@inline
function dot4(out: usize, x: usize, stepX: usize, y: usize, stepY: usize, count: i32): void {
  let even = v128.load(out);
  let odd = f32x4.splat(0);
  for (; count >= 2; count -= 2) {
    even = madd(v128.load(x), v128.load(y), even);
    odd = madd(v128.load(x + stepX), v128.load(y + stepY), odd);
    x += 2 * stepX;
    y += 2 * stepY;
  }
  if (count > 0) even = madd(v128.load(x), v128.load(y), even);
  v128.store(out, f32x4.add(even, odd));
}

// @ts-ignore: decorator
@inline
function dot1(out: usize, x: usize, stepX: usize, y: usize, stepY: usize, count: i32): void {
  let total = load<f32>(out);
  for (; count > 0; count--) {
    total += load<f32>(x) * load<f32>(y);
    x += stepX;
    y += stepY;
  }
  store<f32>(out, total);
}

/** The images [from, to) of dx. */
export function depthwiseInputGradient(dy: usize, filter: usize, out: usize, from: i32, to: i32): void {
  const image = (<usize>(inHeight * inWidth) * inChannels) << 2;
  memory.fill(out + <usize>from * image, 0, <usize>(to - from) * image);
  const multiplier = outChannels / inChannels;
  const stepX = (<usize>(strideWidth * inChannels)) << 2;
  const stepY = (<usize>outChannels) << 2;
  for (let line = from * outHeight; line < to * outHeight; line++) {
    const top = (line % outHeight) * strideHeight - padTop;
    for (let kh = 0; kh < kernelHeight; kh++) {
      const y = top + kh * dilationHeight;
      if (y < 0 || y >= inHeight) continue;
      for (let kw = 0; kw < kernelWidth; kw++) {
        const first = firstColumn(kw);
        const count = endColumn(kw) - first;
        if (count <= 0) continue;
        const left = first * strideWidth - padLeft + kw * dilationWidth;
        const lineOfX = out + ((<usize>((line / outHeight) * inHeight + y) * inWidth + left) * inChannels << 2);
        const lineOfY = dy + ((<usize>(line * outWidth + first) * outChannels) << 2);
        const taps = filter + ((<usize>(kh * kernelWidth + kw) * outChannels) << 2);
        let channel = 0;
        if (multiplier == 1) {
          for (; channel + 4 <= inChannels; channel += 4) {
            const offset = (<usize>channel) << 2;
            spread4(lineOfX + offset, stepX, lineOfY + offset, stepY, v128.load(taps + offset), count);
          }
        }
        for (; channel < inChannels; channel++) {
          const offset = (<usize>(channel * multiplier)) << 2;
          const at = lineOfX + ((<usize>channel) << 2);
          spread1(at, stepX, lineOfY + offset, stepY, taps + offset, multiplier, count);
        }
      }
    }
  }
}

// @ts-ignore: decorator
@inline
function spread4(out: usize, stepX: usize, y: usize, stepY: usize, weight: v128, count: i32): void {
  for (; count > 0; count--) {
    v128.store(out, madd(v128.load(y), weight, v128.load(out)));
    out += stepX;
    y += stepY;
  }
}

// @ts-ignore: decorator
@inline
function spread1(out: usize, stepX: usize, y: usize, stepY: usize, weights: usize, multiplier: i32, count: i32): void {
  for (; count > 0; count--) {
    let total = load<f32>(out);
    for (let each = 0; each < multiplier; each++) {
      const offset = (<usize>each) << 2;
      total += load<f32>(y + offset) * load<f32>(weights + offset);
    }
    store<f32>(out, total);
    out += stepX;
    y += stepY;
  }
}
