import {
  dilationHeight,
  dilationWidth,
  inChannels,
  inHeight,
  inWidth,
  kernelHeight,
  kernelWidth,
  outHeight,
  outWidth,
  padLeft,
  padTop,
  strideHeight,
  strideWidth,
} from './geometry';

/**
 * dx of a max pool: each output's gradient goes to the first greatest input of its window, to none when the window
 * holds nothing greater than -∞ (all NaN), as on the cpu backend. Works on the images [from, to).
 */
export function maxPoolGradient(x: usize, dy: usize, out: usize, from: i32, to: i32): void {
  const channels = inChannels;
  const isHalving = kernelHeight == 2 && kernelWidth == 2 && strideHeight == 2 && strideWidth == 2 && (padTop | padLeft) == 0;
  const isExact = isHalving && (channels & 3) == 0 && outHeight * 2 == inHeight && outWidth * 2 == inWidth;
  // Where whole groups of four cover the image exactly, every input is written: no zeros are needed first.
  const size = (<usize>(inHeight * inWidth) * channels) << 2;
  if (!isExact) memory.fill(out + <usize>from * size, 0, <usize>(to - from) * size);
  dy += (<usize>(from * outHeight * outWidth) * channels) << 2;
  const vectors = channels & ~3;
  for (let line = from * outHeight; line < to * outHeight; line++) {
    const image = (<usize>((line / outHeight) * inHeight) * inWidth * channels) << 2;
    const top = (line % outHeight) * strideHeight - padTop;
    for (let column = 0; column < outWidth; column++) {
      const left = column * strideWidth - padLeft;
      let channel = 0;
      if (isHalving && top + 1 < inHeight && left + 1 < inWidth) {
        const corner = image + ((<usize>((top * inWidth + left) * channels)) << 2);
        quarter(x + corner, out + corner, dy, (<usize>channels) << 2, (<usize>(inWidth * channels)) << 2);
        channel = vectors;
      }
      for (; channel < vectors; channel += 4) window<v128>(x + image, out + image, top, left, channel, dy);
      for (; channel < channels; channel++) window<f32>(x + image, out + image, top, left, channel, dy);
      dy += (<usize>channels) << 2;
    }
  }
}

/**
 * The window that nearly every network has, 2×2 with stride 2, for all whole groups of four channels: windows do not
 * overlap, so that each input's gradient is written once.
 */
// @ts-ignore: decorator
@inline
function quarter(x: usize, out: usize, dy: usize, pixel: usize, row: usize): void {
  for (let at: usize = 0; at + 16 <= pixel; at += 16) {
    const first = x + at;
    const to = out + at;
    const gradient = v128.load(dy + at);
    let best = v128.load(first);
    let taken = f32x4.gt(best, f32x4.splat(-Infinity));
    best = v128.bitselect(best, f32x4.splat(-Infinity), taken);
    const right = v128.load(first + pixel);
    const isRight = f32x4.gt(right, best);
    best = v128.bitselect(right, best, isRight);
    const below = v128.load(first + row);
    const isBelow = f32x4.gt(below, best);
    best = v128.bitselect(below, best, isBelow);
    const last = f32x4.gt(v128.load(first + row + pixel), best);
    const below1 = v128.andnot(isBelow, last);
    const right1 = v128.andnot(isRight, v128.or(isBelow, last));
    taken = v128.andnot(taken, v128.or(isRight, v128.or(isBelow, last)));
    v128.store(to, v128.and(gradient, taken));
    v128.store(to + pixel, v128.and(gradient, right1));
    v128.store(to + row, v128.and(gradient, below1));
    v128.store(to + row + pixel, v128.and(gradient, last));
  }
}

/** One output pixel, four channels or one: find the place of the greatest input, then add the gradient there. */
// @ts-ignore: decorator
@inline
function window<T>(x: usize, out: usize, top: i32, left: i32, channel: i32, dy: usize): void {
  const offset = (<usize>channel) << 2;
  let best = f32x4.splat(-Infinity);
  let place = i32x4.splat(-1);
  for (let kh = 0; kh < kernelHeight; kh++) {
    const y = top + kh * dilationHeight;
    if (y < 0 || y >= inHeight) continue;
    for (let kw = 0; kw < kernelWidth; kw++) {
      const at = left + kw * dilationWidth;
      if (at < 0 || at >= inWidth) continue;
      const position = ((<usize>((y * inWidth + at) * inChannels)) << 2) + offset;
      const value = isVector<T>() ? v128.load(x + position) : v128.load32_splat(x + position);
      const greater = f32x4.gt(value, best);
      best = v128.bitselect(value, best, greater);
      place = v128.bitselect(i32x4.splat(kh * kernelWidth + kw), place, greater);
    }
  }
  const gradient = isVector<T>() ? v128.load(dy + offset) : v128.load32_splat(dy + offset);
  for (let kh = 0; kh < kernelHeight; kh++) {
    const y = top + kh * dilationHeight;
    if (y < 0 || y >= inHeight) continue;
    for (let kw = 0; kw < kernelWidth; kw++) {
      const at = left + kw * dilationWidth;
      if (at < 0 || at >= inWidth) continue;
      const position = out + ((<usize>((y * inWidth + at) * inChannels)) << 2) + offset;
      const here = i32x4.eq(place, i32x4.splat(kh * kernelWidth + kw));
      const share = v128.and(gradient, here);
      if (isVector<T>()) v128.store(position, f32x4.add(v128.load(position), share));
      else store<f32>(position, load<f32>(position) + f32x4.extract_lane(share, 0));
    }
  }
}

/**
 * dx of an average pool: every input of a window gets the output's gradient over the window's size, padding included.
 * Works on the images [from, to).
 */
export function averagePoolGradient(dy: usize, out: usize, from: i32, to: i32): void {
  const channels = inChannels;
  const size = (<usize>(inHeight * inWidth) * channels) << 2;
  memory.fill(out + <usize>from * size, 0, <usize>(to - from) * size);
  dy += (<usize>(from * outHeight * outWidth) * channels) << 2;
  const factor: f32 = 1 / <f32>(kernelHeight * kernelWidth);
  const pixel = (<usize>channels) << 2;
  for (let line = from * outHeight; line < to * outHeight; line++) {
    const image = out + ((<usize>((line / outHeight) * inHeight) * inWidth * channels) << 2);
    const top = (line % outHeight) * strideHeight - padTop;
    for (let column = 0; column < outWidth; column++) {
      const left = column * strideWidth - padLeft;
      for (let kh = 0; kh < kernelHeight; kh++) {
        const y = top + kh * dilationHeight;
        if (y < 0 || y >= inHeight) continue;
        for (let kw = 0; kw < kernelWidth; kw++) {
          const at = left + kw * dilationWidth;
          if (at >= 0 && at < inWidth) addScaled(image + <usize>(y * inWidth + at) * pixel, dy, factor, channels);
        }
      }
      dy += pixel;
    }
  }
}

// @ts-ignore: decorator
@inline
function addScaled(to: usize, from: usize, factor: f32, count: i32): void {
  const factors = f32x4.splat(factor);
  for (; count >= 4; count -= 4) {
    v128.store(to, f32x4.add(v128.load(to), f32x4.mul(v128.load(from), factors)));
    to += 16;
    from += 16;
  }
  for (; count > 0; count--) {
    store<f32>(to, load<f32>(to) + load<f32>(from) * factor);
    to += 4;
    from += 4;
  }
}
