import type { LayersModel } from '@tensorflow/tfjs-layers';
import { buildModel, GraftError, messageOf, networkOf, slotInfo } from '@graft-ml/core';

/**
 * The same model for pictures of another size: convolutions do not care, and pooling turns what they give into as many
 * features as before. Networks see best what is as large as what they were trained on, so small pictures need not be
 * enlarged to the full size, and larger ones show smaller things (Touvron et al. 2019, https://arxiv.org/abs/1906.06423).
 *
 * The result is a new model; its weights start as the source's, shared copy-on-write.
 *
 * @param size height and width in pixels
 * @throws GraftError `bad-input` for a model that takes no pictures [height, width, channels], or whose layers depend on their
 *   size (a dense layer on a flattened feature map)
 *
 * @example
 * ```ts
 * import { withInputSize } from '@graft-ml/transfer/input-size';
 * import { mobilenetV1 } from '@graft-ml/zoo';
 * const small = withInputSize(mobilenetV1({ seed: 1, alpha: 0.25, inputShape: [224, 224, 3], classes: 10 }), [96, 96]);
 * console.log(small.inputs[0]?.shape); // [null, 96, 96, 3]
 * ```
 */
export function withInputSize(model: LayersModel, [height, width]: readonly [number, number]): LayersModel {
  const network = networkOf(model);
  const [input = -1] = network.inputs;
  const { shape, dtype } = slotInfo(network, input);
  const [batch = null, , , channels] = shape;
  if (network.inputs.length !== 1 || shape.length !== 4 || channels === undefined) {
    throw new GraftError({
      code: 'bad-input',
      what: `"${model.name}" takes inputs of shape [${shape.map((each) => each ?? 'any').join(', ')}].`,
      expected: 'A model of pictures, [batch, height, width, channels], was expected.',
    });
  }
  const slots = new Map(network.slots).set(input, { shape: [batch, height, width, channels], dtype });
  try {
    return buildModel({ ...network, slots }, model.name);
  } catch (cause) {
    throw new GraftError({
      code: 'bad-input',
      what: `"${model.name}" does not take pictures of ${height} × ${width} pixels: ${messageOf(cause)}`,
      expected: `It was made for ${shape[1]} × ${shape[2]}.`,
      remedy: 'Keep its size, or choose a model that pools its features.',
      cause,
    });
  }
}
