import { mobilenetV1, mobilenetV1Cuts } from '../architectures/mobilenet-v1.js';
import type { ZooEntry } from '../entry.js';
import { IMAGENET_1K } from '../labels/imagenet-1k.js';
import { mobilenetV1Architecture } from './mobilenet-v1.js';

/**
 * Keras's weights: width, what its files call that, size, top-1 in per cent, and the sha256 that Keras's source states. The
 * accuracies are those of TensorFlow-Slim's table of MobileNet v1, not figures of ours.
 */
const WEIGHTS: readonly (readonly [alpha: number, byKeras: string, size: number, topOne: number, sha256: string])[] = [
  [1, '1_0', 224, 70.9, '006a2d9484fbea625dd4e6518652c101a3eca052671671c56265fc84f2e1181f'],
  [1, '1_0', 192, 70, 'bd7e7f6a7cd6690a10aedba3e93bec811240418bd9179546e50c0f4c35899a01'],
  [1, '1_0', 160, 68, 'a41aa0195ebe0a5301ab90af589155b42671f78704fd9a2e7dda919c478cd479'],
  [1, '1_0', 128, 65.2, 'ef1480dcb7f11a75bc5187a74863b3b97c4cfed6b6dd5c78f003ba002a4d7fe6'],
  [0.75, '7_5', 224, 68.4, '811e0307a7e8895a180b81c191033482d99470a0604ea8e88e8d947005067d84'],
  [0.75, '7_5', 192, 67.2, 'a7a2364ee404c19301edb827de693f46eeb46aad13e2c5e73494545e57749eef'],
  [0.75, '7_5', 160, 65.3, '3ee6f1daa0f9da149bec3311eacfb4451ca236bc126dc25ee191f5bdc6e641be'],
  [0.75, '7_5', 128, 62.1, 'cafcb7455c36187c93eb7fb3a68e29f76b5761cb2d946d57d1967578e3b05361'],
  [0.5, '5_0', 224, 63.3, 'b4b134ed41de14fd8d6717ab4e88b53e3113194acae392bc41c012ba463906bb'],
  [0.5, '5_0', 192, 61.7, 'fabfe055bd26ea40c1c0798c4e22fe1eb437feab111be9f1f722360dff81e040'],
  [0.5, '5_0', 160, 59.1, '71c742137645f19426ea3540bb2933310b0a5f2d3a2d09ee1aea91e348f6fba7'],
  [0.5, '5_0', 128, 56.3, '26752cdb9ab8459c85fb4cd0f45475bbd3bd25f9225b87bbedd474f5976da145'],
  [0.25, '2_5', 192, 47.7, '22a302e8a39e545c7372ca96fe8698e3cbbc7d3906f60316e0617c15616f8894'],
  [0.25, '2_5', 160, 45.5, '74b32700eb3f6fb8d0b3f416c3fb52ab5eca35dc82393341eb7bb52676b6b003'],
  [0.25, '2_5', 128, 41.5, 'fe295db7f78635f1403127e3ba8cdc6237f83262bdb745063a67c1d81190c7f8'],
];

const KERAS = 'https://storage.googleapis.com/tensorflow/keras-applications/mobilenet/';

/** MobileNet v1 at every width and size that Keras publishes; 0.25 at 224 pixels is an entry of its own. */
export const mobilenetV1ImagenetEntries: readonly ZooEntry[] = WEIGHTS.map(([alpha, byKeras, size, topOne, sha256]) => {
  const inputShape = [size, size, 3];
  const width = Number.isInteger(alpha) ? alpha.toFixed(1) : String(alpha);
  const file = `mobilenet_${byKeras}_${size}_tf.h5`;
  return {
    ...mobilenetV1Architecture(alpha),
    name: `mobilenet-v1-${width}-${size}`,
    summary: `MobileNet v1 of width ${width}, trained on ImageNet at ${size} pixels`,
    sourceTask: 'imagenet-1k',
    inputShape,
    cuts: mobilenetV1Cuts(alpha, inputShape),
    labels: IMAGENET_1K,
    testAccuracy: topOne / 100,
    provenance: {
      paper: 'https://arxiv.org/abs/1704.04861',
      source: KERAS + file,
      testAccuracy: 'top-1 as published by TensorFlow-Slim',
      sha256: 'as stated by keras/src/applications/mobilenet.py',
    },
    published: {
      folder: 'keras-mobilenet-v1',
      format: 'keras-weights',
      files: [{ name: file, urls: [KERAS + file], sha256 }],
    },
    create: ({ seed, inputShape: shape = inputShape, classes = 1000 }) =>
      mobilenetV1({ seed, alpha, inputShape: shape, classes }),
  };
});
