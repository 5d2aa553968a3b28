/** Pixels of four channels, RGBA. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8ClampedArray;
}

/**
 * Resize RGB, dropping the fourth channel, with the kernels that libvips takes: Lanczos of 3 lobes to shrink, Catmull-Rom
 * to enlarge. Browsers' own smoothing differs from one to the next, and by too much.
 *
 * @returns [height, width, 3]
 */
export function resizePixels(pixels: Pixels, width: number, height: number): Float32Array {
  const across = kernels(pixels.width, width);
  const wide = new Float32Array(pixels.height * width * 3);
  for (let y = 0; y < pixels.height; y++) {
    for (const [x, { first, weights }] of across.entries()) {
      for (let channel = 0; channel < 3; channel++) {
        let sum = 0;
        for (let tap = 0; tap < weights.length; tap++) {
          const from = Math.max(0, Math.min(pixels.width - 1, first + tap));
          sum += (weights[tap] ?? 0) * (pixels.data[(y * pixels.width + from) * 4 + channel] ?? 0);
        }
        wide[(y * width + x) * 3 + channel] = sum;
      }
    }
  }
  const result = new Float32Array(height * width * 3);
  for (const [y, { first, weights }] of kernels(pixels.height, height).entries()) {
    const row = result.subarray(y * width * 3, (y + 1) * width * 3);
    for (let tap = 0; tap < weights.length; tap++) {
      const from = Math.max(0, Math.min(pixels.height - 1, first + tap)) * width * 3;
      const weight = weights[tap] ?? 0;
      for (let at = 0; at < row.length; at++) row[at] = (row[at] ?? 0) + weight * (wide[from + at] ?? 0);
    }
  }
  return result;
}

interface Kernel {
  /** The first pixel that counts; beyond the edges the edge's own pixels do. */
  readonly first: number;
  readonly weights: Float32Array;
}

/** For each of `to` places, how much each of `from` pixels counts. */
function kernels(from: number, to: number): Kernel[] {
  const shrink = from / to;
  const stretch = Math.max(1, shrink);
  const [reach, shape] = shrink > 1 ? [3, lanczos3] : [2, catmullRom];
  return Array.from({ length: to }, (_, place) => {
    const centre = (place + 0.5) * shrink - 0.5;
    const first = Math.ceil(centre - reach * stretch);
    const last = Math.floor(centre + reach * stretch);
    const weights = Float32Array.from({ length: last - first + 1 }, (__, tap) =>
      shape((first + tap - centre) / stretch),
    );
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    return { first, weights: weights.map((weight) => weight / total) };
  });
}

function lanczos3(x: number): number {
  if (x === 0) return 1;
  const at = Math.PI * x;
  return Math.abs(x) >= 3 ? 0 : (3 * Math.sin(at) * Math.sin(at / 3)) / (at * at);
}

/** Keys 1981, a = −½. */
function catmullRom(x: number): number {
  const at = Math.abs(x);
  if (at < 1) return (1.5 * at - 2.5) * at * at + 1;
  return at < 2 ? ((-0.5 * at + 2.5) * at - 4) * at + 2 : 0;
}
