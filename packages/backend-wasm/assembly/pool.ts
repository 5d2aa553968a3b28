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
 * The greatest of each window, for the images [from, to). NaN is never the greatest, and a window without anything
 * greater gives -∞, as on the cpu backend.
 */
export function maxPool(x: usize, out: usize, from: i32, to: i32): void {
  const pixel = (<usize>inChannels) << 2;
  const row = <usize>inWidth * pixel;
  const right = <usize>dilationWidth * pixel;
  const down = <usize>dilationHeight * row;
  out += <usize>(from * outHeight * outWidth) * pixel;
  for (let line = from * outHeight; line < to * outHeight; line++) {
    const image = x + <usize>(line / outHeight) * <usize>inHeight * row;
    let top = (line % outHeight) * strideHeight - padTop;
    const skippedRows = top < 0 ? (dilationHeight - 1 - top) / dilationHeight : 0;
    top += skippedRows * dilationHeight;
    const rows = min(kernelHeight - skippedRows, (inHeight - 1 - top + dilationHeight) / dilationHeight);
    for (let column = 0; column < outWidth; column++) {
      let left = column * strideWidth - padLeft;
      const skipped = left < 0 ? (dilationWidth - 1 - left) / dilationWidth : 0;
      left += skipped * dilationWidth;
      const columns = min(kernelWidth - skipped, (inWidth - 1 - left + dilationWidth) / dilationWidth);
      const corner = image + <usize>top * row + <usize>left * pixel;
      let at: usize = 0;
      if (rows == 2 && columns == 2) {
        for (; at + 16 <= pixel; at += 16) {
          const first = corner + at;
          const below = first + down;
          let best = f32x4.pmax(f32x4.splat(-Infinity), v128.load(first));
          best = f32x4.pmax(best, v128.load(first + right));
          best = f32x4.pmax(best, v128.load(below));
          v128.store(out + at, f32x4.pmax(best, v128.load(below + right)));
        }
      } else {
        for (; at + 16 <= pixel; at += 16) {
          v128.store(out + at, greatest<v128>(corner + at, rows, columns, down, right));
        }
      }
      for (; at < pixel; at += 4) {
        store<f32>(out + at, f32x4.extract_lane(greatest<f32>(corner + at, rows, columns, down, right), 0));
      }
      out += pixel;
    }
  }
}

// @ts-ignore: decorator
@inline
function greatest<T>(x: usize, rows: i32, columns: i32, down: usize, right: usize): v128 {
  let best = f32x4.splat(-Infinity);
  for (; rows > 0; rows--) {
    let at = x;
    for (let left = columns; left > 0; left--) {
      best = f32x4.pmax(best, isVector<T>() ? v128.load(at) : v128.load32_splat(at));
      at += right;
    }
    x += down;
  }
  return best;
}
