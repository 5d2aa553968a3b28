import { mobilenetV2Cuts, mobilenetV2Stages } from '../architectures/mobilenet-v2-parts.js';
import { mobilenetV2 } from '../architectures/mobilenet-v2.js';
import type { ZooEntry } from '../entry.js';
import { IMAGENET_1K } from '../labels/imagenet-1k.js';

/** The architecture alone, at one of its usual widths. */
function architecture(alpha: number): ZooEntry {
  const inputShape = [224, 224, 3];
  return {
    name: alpha === 1 ? 'mobilenet-v2' : `mobilenet-v2-${alpha}`,
    architecture: 'mobilenet-v2',
    summary: `MobileNet v2 of width ${alpha}: 17 inverted residual blocks, made for phones`,
    inputShape,
    range: [-1, 1],
    cuts: mobilenetV2Cuts(alpha, inputShape),
    defaultCut: 'global_average_pooling2d',
    stages: mobilenetV2Stages(alpha),
    labels: [],
    licence: 'Apache-2.0',
    provenance: { paper: 'https://arxiv.org/abs/1801.04381' },
    embedded: false,
    create: ({ seed, inputShape: shape = inputShape, classes = 10 }) =>
      mobilenetV2({ seed, alpha, inputShape: shape, classes }),
  };
}

export const mobilenetV2Entries: readonly ZooEntry[] = [1.4, 1.3, 1, 0.75, 0.5, 0.35].map(architecture);

/** Top-1 in per cent by width and size, as TensorFlow-Slim's table of MobileNet v2 gives it; not figures of ours. */
const SLIM: readonly (readonly [alpha: number, bySize: Readonly<Record<number, number>>])[] = [
  [1.4, { 224: 75 }],
  [1.3, { 224: 74.4 }],
  [1, { 224: 71.8, 192: 70.7, 160: 68.8, 128: 65.3, 96: 60.3 }],
  [0.75, { 224: 69.8, 192: 68.7, 160: 66.4, 128: 63.2, 96: 58.8 }],
  [0.5, { 224: 65.4, 192: 63.9, 160: 61, 128: 57.7, 96: 51.2 }],
  [0.35, { 224: 60.3, 192: 58.2, 160: 55.7, 128: 50.8, 96: 45.5 }],
];

const KERAS = 'https://storage.googleapis.com/tensorflow/keras-applications/mobilenet_v2/';

function imagenet(alpha: number, size: number, topOne: number): ZooEntry {
  const inputShape = [size, size, 3];
  const width = Number.isInteger(alpha) ? alpha.toFixed(1) : String(alpha);
  const file = `mobilenet_v2_weights_tf_dim_ordering_tf_kernels_${width}_${size}.h5`;
  return {
    ...architecture(alpha),
    name: `mobilenet-v2-${width}-${size}`,
    summary: `MobileNet v2 of width ${width}, trained on ImageNet at ${size} pixels`,
    sourceTask: 'imagenet-1k',
    inputShape,
    cuts: mobilenetV2Cuts(alpha, inputShape),
    labels: IMAGENET_1K,
    testAccuracy: topOne / 100,
    provenance: {
      paper: 'https://arxiv.org/abs/1801.04381',
      source: KERAS + file,
      testAccuracy: 'top-1 as published by TensorFlow-Slim',
    },
    published: {
      folder: 'keras-mobilenet-v2',
      format: 'keras-weights',
      files: [{ name: file, urls: [KERAS + file] }],
    },
    create: ({ seed, inputShape: shape = inputShape, classes = 1000 }) =>
      mobilenetV2({ seed, alpha, inputShape: shape, classes }),
  };
}

/** Keras's weights at every width and size that it publishes. */
export const mobilenetV2ImagenetEntries: readonly ZooEntry[] = SLIM.flatMap(([alpha, bySize]) =>
  Object.entries(bySize)
    .map(([size, topOne]) => imagenet(alpha, Number(size), topOne))
    .reverse(),
);
