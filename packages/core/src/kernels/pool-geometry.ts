import { backend_util, type NamedAttrMap } from '@tensorflow/tfjs-core';
import { GraftError } from '../errors/graft-error.js';

/** What a 2-D pooling does to [B, H, W, C]: sizes, strides and padding on every side. */
export type PoolGeometry = ReturnType<typeof backend_util.computePool2DInfo>;

/**
 * Read a pooling kernel's attributes as tfjs passes them.
 *
 * @throws GraftError `internal` for an input that is not of rank 4
 */
export function poolGeometry(shape: readonly number[], attrs: NamedAttrMap): PoolGeometry {
  const [batch, height, width, channels] = shape;
  if (batch === undefined || height === undefined || width === undefined || channels === undefined) {
    throw new GraftError({ code: 'internal', what: `A pool was given an input of shape [${shape.join(', ')}].` });
  }
  const rounding: unknown = attrs['dimRoundingMode'];
  return backend_util.computePool2DInfo(
    [batch, height, width, channels],
    pair(attrs['filterSize']),
    pair(attrs['strides']),
    1,
    padding(attrs['pad']),
    rounding === 'floor' || rounding === 'round' || rounding === 'ceil' ? rounding : undefined,
  );
}

function pair(value: unknown): [number, number] {
  return Array.isArray(value) ? [Number(value[0]), Number(value[1])] : [Number(value), Number(value)];
}

type Padding = Parameters<typeof backend_util.computePool2DInfo>[4];

/** 'same', 'valid', a number for every side, or [[0, 0], [top, bottom], [left, right], [0, 0]]. */
function padding(value: unknown): Padding {
  if (value === 'same' || value === 'valid') return value;
  if (!Array.isArray(value)) return Number(value);
  const [, rows, columns] = value.map(pair);
  return [[0, 0], rows ?? [0, 0], columns ?? [0, 0], [0, 0]];
}
