import type { Shape } from '@graft-ml/core';
import type { Attributes } from './messages.js';
import type { LayerSettings } from './layer-settings.js';

/**
 * The padding of a convolution or a pooling as ONNX writes it. TensorFlow's `same` puts the odd row or column after the
 * picture; where the picture's size is open, ONNX works it out by the same rule (`SAME_UPPER`).
 *
 * @param input shape [B, H, W, C] of what is padded
 * @throws GraftError `bad-input` for a padding that ONNX does not have
 */
export function paddingOf(
  settings: LayerSettings,
  [, height = null, width = null]: Shape,
  window: readonly [number, number],
  strides: readonly [number, number],
  dilations: readonly [number, number] = [1, 1],
): Attributes {
  const padding = settings.text('padding') ?? 'valid';
  if (padding === 'valid') return {};
  if (padding !== 'same') throw settings.refuse(`has the padding "${padding}"`, '"valid" or "same" was expected.');
  const vertical = total(height, window[0], strides[0], dilations[0]);
  const horizontal = total(width, window[1], strides[1], dilations[1]);
  if (vertical === undefined || horizontal === undefined) return { auto_pad: { text: 'SAME_UPPER' } };
  const [top, left] = [Math.floor(vertical / 2), Math.floor(horizontal / 2)];
  return { pads: [top, left, vertical - top, horizontal - left] };
}

/** How many rows (or columns) of padding there are in all; undefined when that depends on a size that is open. */
function total(size: number | null, window: number, stride: number, dilation: number): number | undefined {
  const reach = (window - 1) * dilation + 1;
  if (size === null) return stride === 1 ? reach - 1 : undefined;
  return Math.max((Math.ceil(size / stride) - 1) * stride + reach - size, 0);
}
