import * as layers from '@tensorflow/tfjs-layers';
import { buildModel, GraftError, slotInfo } from '@graft-ml/core';
import { bridgeLayer, type BridgeKind } from '../bridge.js';
import type { Backbone } from '../cut.js';

export interface JoinOptions {
  /** The new model's name. Default `joined`. */
  readonly name?: string;
  /** How feature maps become vectors before they are joined. Default `auto`: global average pooling. */
  readonly bridge?: BridgeKind;
}

/**
 * Join the features of several backbones: a model that gives, for one input, what each of them gives, one after another in a vector
 * [B, D₁ + D₂ + …]. The backbones may be cut from different pretrained models, each at layers of its own: what one source does
 * not see another may (feature concatenation, as in Evci et al. 2022, https://arxiv.org/abs/2201.03529, across models).
 *
 * Each backbone is nested as `source1`, `source2`, …, and its features end in `joined`; so `cut(model, 'joined')` with a head on it
 * trains like any other. Weights are shared with the sources copy-on-write.
 *
 * @param backbones at least one, each of one input; all of the same shape
 * @throws GraftError `bad-input` for no backbones, several inputs, shapes that differ, or features that cannot be bridged
 *
 * @example
 * ```ts
 * import { seedCnn } from '@graft-ml/zoo';
 * import { classificationHead, cut, withHead } from '@graft-ml/transfer';
 * import { joinBackbones } from '@graft-ml/transfer/heads';
 * const [digits, clothes] = [seedCnn({ seed: 1 }), seedCnn({ seed: 2 })];
 * const joined = joinBackbones([cut(digits, 'dense1'), cut(clothes, ['conv1', 'pool2'])]);
 * const { model } = withHead(cut(joined, 'joined'), classificationHead({ classes: 3 }), { seed: 1 });
 * console.log(joined.outputs[0]?.shape, model.outputs[0]?.shape); // [null, 224] [null, 3]
 * ```
 */
export function joinBackbones(backbones: readonly Backbone[], options: JoinOptions = {}): layers.LayersModel {
  const { name = 'joined', bridge = 'auto' } = options;
  const shapes = backbones.map(({ network }) => network.inputs.map((slot) => slotInfo(network, slot).shape.slice(1)));
  const [shape] = shapes[0] ?? [];
  const other = shapes.find((each) => each.length !== 1 || JSON.stringify(each[0]) !== JSON.stringify(shape));
  if (shape === undefined || other !== undefined) {
    throw new GraftError({
      code: 'bad-input',
      what:
        other === undefined
          ? 'No backbones were given to join.'
          : `The backbones take inputs of ${shapes.map((each) => JSON.stringify(each)).join(' and ')}.`,
      expected: 'Backbones of one input each, all of the same shape, were expected.',
    });
  }
  const input = layers.input({ shape: [...shape], name: 'input' });
  const vectors = backbones.flatMap(({ network }, at) => {
    const source = `source${at + 1}`;
    return list(buildModel(network, source).apply(input)).map((features, index) => {
      const layer = bridgeLayer(features.shape, bridge, `${source}_bridge${index + 1}`);
      return layer === undefined ? features : (list(layer.apply(features))[0] ?? features);
    });
  });
  const [only] = vectors;
  const end =
    vectors.length === 1 && only !== undefined
      ? layers.layers.activation({ activation: 'linear', name: 'joined' }).apply(only)
      : layers.layers.concatenate({ name: 'joined' }).apply(vectors);
  return layers.model({ inputs: input, outputs: list(end), name });
}

function list(result: unknown): layers.SymbolicTensor[] {
  const all: unknown[] = Array.isArray(result) ? result : [result];
  const tensors = all.filter((each) => each instanceof layers.SymbolicTensor);
  if (tensors.length === all.length) return tensors;
  throw new GraftError({ code: 'internal', what: 'A layer gave no symbolic tensor.' });
}
