import {
  dilationHeight,
  dilationWidth,
  inChannels,
  inHeight,
  inWidth,
  kernelWidth,
  outHeight,
  outWidth,
  padLeft,
  padTop,
  strideHeight,
  strideWidth,
} from './geometry';
import { transpose4 } from './pack';

/** Where an output pixel's patch begins in its image: column and row, which padding makes negative, and the image. */
let left0: i32 = 0;
let left1: i32 = 0;
let left2: i32 = 0;
let left3: i32 = 0;
let top0: i32 = 0;
let top1: i32 = 0;
let top2: i32 = 0;
let top3: i32 = 0;
let image0: usize = 0;
let image1: usize = 0;
let image2: usize = 0;
let image3: usize = 0;

/**
 * Row panels of the patch matrix: output pixels [pixel, pixel + pixels) × taps [first, first + count).
 *
 * @param nothing at least kernelWidth × inChannels zeros, read in the place of taps in the padding
 */
export function packPatches(
  out: usize,
  x: usize,
  pixel: i32,
  pixels: i32,
  first: i32,
  count: i32,
  nothing: usize,
): void {
  const imageBytes = (<usize>(inHeight * inWidth) * inChannels) << 2;
  const reach = (kernelWidth - 1) * dilationWidth;
  let column = pixel % outWidth;
  let row = (pixel / outWidth) % outHeight;
  let image = x + <usize>(pixel / (outWidth * outHeight)) * imageBytes;
  for (; pixels > 0; pixels -= 4) {
    let least = i32.MAX_VALUE;
    let most = i32.MIN_VALUE;
    for (let lane = 0; lane < 4; lane++) {
      const left = column * strideWidth - padLeft;
      setLane(lane, left, row * strideHeight - padTop, image);
      least = min(least, left);
      most = max(most, left);
      // Lanes past the last pixel repeat it; what they give is thrown away.
      if (lane + 1 < pixels && ++column == outWidth) {
        column = 0;
        if (++row == outHeight) {
          row = 0;
          image += imageBytes;
        }
      }
    }
    const isInside = dilationWidth == 1 && least >= 0 && most + reach < inWidth;
    packFour(out, first, first + count, isInside, nothing);
    out += (<usize>count) << 4;
  }
}

// @ts-ignore: decorator
@inline
function setLane(lane: i32, left: i32, top: i32, image: usize): void {
  if (lane == 0) {
    left0 = left;
    top0 = top;
    image0 = image;
  } else if (lane == 1) {
    left1 = left;
    top1 = top;
    image1 = image;
  } else if (lane == 2) {
    left2 = left;
    top2 = top;
    image2 = image;
  } else {
    left3 = left;
    top3 = top;
    image3 = image;
  }
}

/** The taps of the four lanes, in runs of neighbouring floats: a whole kernel row where no lane touches the padding. */
function packFour(out: usize, tap: i32, end: i32, isInside: bool, nothing: usize): void {
  let position = tap / inChannels;
  let channel = tap % inChannels;
  let kh = position / kernelWidth;
  let kw = position % kernelWidth;
  while (tap < end) {
    const whole = isInside ? (kernelWidth - kw) * inChannels : inChannels;
    const run = min(end - tap, whole - channel);
    let s0 = source(image0, top0, left0, kh, kw, channel, nothing);
    let s1 = source(image1, top1, left1, kh, kw, channel, nothing);
    let s2 = source(image2, top2, left2, kh, kw, channel, nothing);
    let s3 = source(image3, top3, left3, kh, kw, channel, nothing);
    let left = run;
    for (; left >= 4; left -= 4) {
      transpose4(out, 16, v128.load(s0), v128.load(s1), v128.load(s2), v128.load(s3));
      out += 64;
      s0 += 16;
      s1 += 16;
      s2 += 16;
      s3 += 16;
    }
    for (; left > 0; left--) {
      store<f32>(out, load<f32>(s0));
      store<f32>(out, load<f32>(s1), 4);
      store<f32>(out, load<f32>(s2), 8);
      store<f32>(out, load<f32>(s3), 12);
      out += 16;
      s0 += 4;
      s1 += 4;
      s2 += 4;
      s3 += 4;
    }
    tap += run;
    channel = 0;
    if (isInside || ++kw == kernelWidth) {
      kw = 0;
      kh++;
    }
  }
}

// @ts-ignore: decorator
@inline
function source(image: usize, top: i32, left: i32, kh: i32, kw: i32, channel: i32, nothing: usize): usize {
  const y = top + kh * dilationHeight;
  const x = left + kw * dilationWidth;
  if (y < 0 || y >= inHeight || x < 0 || x >= inWidth) return nothing;
  return image + ((<usize>((y * inWidth + x) * inChannels + channel)) << 2);
}
