/**
 * Resizing as `graft predict` does it (Lanczos with three lobes), so that a model sees the same pixels in a page and in
 * Node. Browsers' own ways differ from each other.
 */

/** Of the kernel, in pixels of the smaller picture. */
const LOBES = 3;
/** Pictures more than twice as large are first averaged in whole blocks, which is quicker and changes little. */
const BLOCK_FROM = 2;

/** RGBA bytes, row by row. */
export interface Pixels {
  readonly data: Uint8ClampedArray;
  readonly width: number;
  readonly height: number;
}

/** The middle of a picture, of this size, after it was made as small as still covers it. */
export function resampleCover(pixels: Pixels, width: number, height: number): Uint8ClampedArray {
  if (pixels.width === width && pixels.height === height) return pixels.data;
  const scale = Math.min(pixels.width / width, pixels.height / height);
  const covered = {
    width: Math.max(width, Math.round(pixels.width / scale)),
    height: Math.max(height, Math.round(pixels.height / scale)),
  };
  const block = Math.max(1, Math.floor(scale / BLOCK_FROM));
  const averaged = block === 1 ? pixels : averageBlocks(pixels, block);
  const down = resampleRows(averaged, covered.height, Math.ceil((covered.height - height) / 2), height);
  const turned = transpose({ data: down, width: averaged.width, height });
  const across = resampleRows(turned, covered.width, Math.ceil((covered.width - width) / 2), width);
  return transpose({ data: across, width: height, height: width }).data;
}

/** Each block of so many pixels becomes their mean; what is left over at the right and the bottom is dropped. */
function averageBlocks({ data, width, height }: Pixels, block: number): Pixels {
  const [across, down] = [Math.floor(width / block), Math.floor(height / block)];
  const small = new Uint8ClampedArray(4 * across * down);
  const sums = new Float64Array(4 * across);
  for (let row = 0; row < down; row++) {
    sums.fill(0);
    for (let inside = 0; inside < block; inside++) {
      let from = 4 * (row * block + inside) * width;
      for (let column = 0; column < across; column++) {
        for (let pixel = 0; pixel < block; pixel++, from += 4) {
          for (let channel = 0; channel < 3; channel++) {
            sums[4 * column + channel] = (sums[4 * column + channel] ?? 0) + (data[from + channel] ?? 0);
          }
        }
      }
    }
    for (let at = 0; at < sums.length; at++) small[4 * row * across + at] = (sums[at] ?? 0) / (block * block);
  }
  return { data: small, width: across, height: down };
}

/**
 * Change the height of a picture to `full`, and give `count` rows of that from row `first` on.
 */
function resampleRows({ data, width, height }: Pixels, full: number, first: number, count: number): Uint8ClampedArray {
  const scale = height / full;
  // When it shrinks, the kernel is as wide as what becomes one pixel.
  const stretch = Math.max(1, scale);
  const reach = LOBES * stretch;
  const result = new Uint8ClampedArray(4 * width * count);
  const sums = new Float64Array(4 * width);
  for (let row = 0; row < count; row++) {
    const centre = (first + row + 0.5) * scale - 0.5;
    const from = Math.ceil(centre - reach);
    const to = Math.floor(centre + reach);
    let total = 0;
    sums.fill(0);
    for (let source = from; source <= to; source++) {
      const weight = lanczos((source - centre) / stretch);
      total += weight;
      const start = 4 * width * Math.min(height - 1, Math.max(0, source));
      for (let at = 0; at < sums.length; at++) sums[at] = (sums[at] ?? 0) + weight * (data[start + at] ?? 0);
    }
    for (let at = 0; at < sums.length; at++) result[4 * width * row + at] = (sums[at] ?? 0) / total;
  }
  return result;
}

function lanczos(at: number): number {
  if (at === 0) return 1;
  if (Math.abs(at) >= LOBES) return 0;
  const angle = Math.PI * at;
  return (LOBES * Math.sin(angle) * Math.sin(angle / LOBES)) / (angle * angle);
}

function transpose({ data, width, height }: Pixels): Pixels {
  const turned = new Uint8ClampedArray(data.length);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const [from, to] = [4 * (row * width + column), 4 * (column * height + row)];
      for (let channel = 0; channel < 4; channel++) turned[to + channel] = data[from + channel] ?? 0;
    }
  }
  return { data: turned, width: height, height: width };
}
