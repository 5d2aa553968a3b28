import { networkOf, pixelMapper, predict, withScope, type LoadedBundle } from '@graft-ml/core';
import { decodeBlob } from '@graft-ml/datasets/images';
import { tensor } from '@tensorflow/tfjs-core';

/** Says what a picture shows: [outputs] of the model. */
export type Classify = (picture: ImageBitmapSource, name: string) => Promise<number[]>;

/** A loaded model as a function of pictures: decoded and mapped as `graft predict` does it. */
export function classifierOf({ model, manifest }: LoadedBundle): Classify {
  const network = networkOf(model);
  const { inputShape, ...scale } = manifest?.preprocessing ?? { inputShape: [224, 224, 3], range: [0, 1] as const };
  const [height = 1, width = 1, channels = 3] = inputShape;
  const spec = { height, width, channels: channels === 1 ? 1 : 3 } as const;
  const toValues = pixelMapper(scale, channels);
  return async (picture, name) => {
    const pixels = await decodeBlob(picture, spec, name);
    const values = new Float32Array(pixels.length);
    toValues(pixels, values);
    return withScope(async (scope) => {
      const input = scope.own(tensor(values, [1, ...inputShape], 'float32'));
      const [output] = predict(network, [input]).map((each) => scope.own(each));
      return Array.from((await output?.data()) ?? []);
    });
  };
}
