import * as layers from '@tensorflow/tfjs-layers';
import { GraftError, type Layer, type Shape } from '@graft-ml/core';

/**
 * How features that are no plain vector meet a dense head. `auto`: feature maps [H, W, C] and sequences [T, C] are
 * averaged over their positions (global average pooling, Lin et al. 2013, https://arxiv.org/abs/1312.4400);
 * `global-average` says the same aloud; `flatten` keeps every position. Vectors need no bridge.
 */
export type BridgeKind = 'auto' | 'global-average' | 'flatten';

/**
 * The layer that turns features into a vector.
 *
 * @param shape the features' shape, batch first
 * @returns undefined when the features are a vector already
 * @throws GraftError `bad-input` for features that cannot be bridged in this way
 */
export function bridgeLayer(shape: Shape, kind: BridgeKind, name: string): Layer | undefined {
  const inner = shape.slice(1);
  const shown = `[${inner.map((size) => size ?? 'any').join(', ')}]`;
  if (inner.length === 1) {
    if (inner[0] !== null) return undefined;
    throw new GraftError({
      code: 'bad-input',
      what: `The features at the cut have shape ${shown}: their number is not fixed.`,
      expected: 'A dense head needs a fixed number of features.',
    });
  }
  if (kind === 'flatten') {
    if (inner.length > 1 && !inner.includes(null)) return layers.layers.flatten({ name });
    throw new GraftError({
      code: 'bad-input',
      what: `Features of shape ${shown} cannot be flattened for a dense head.`,
      expected: 'A fixed shape of at least one dimension was expected.',
      remedy: 'Use the bridge "global-average".',
    });
  }
  if (inner.length === 3) return layers.layers.globalAveragePooling2d({ name });
  if (inner.length === 2) return layers.layers.globalAveragePooling1d({ name });
  throw new GraftError({
    code: 'bad-input',
    what: `Features of shape ${shown} have no average bridge.`,
    expected: 'A vector, a sequence [T, C] or a feature map [H, W, C] was expected.',
    remedy: 'Cut elsewhere, or use the bridge "flatten".',
  });
}
