/**
 * The multiple of eight nearest to a number of channels, at least eight and never below nine tenths of the number: how
 * MobileNet v2 and its successors round their widths.
 */
export function makeDivisible(channels: number): number {
  const rounded = Math.max(8, Math.floor((channels + 4) / 8) * 8);
  return rounded < 0.9 * channels ? rounded + 8 : rounded;
}
