import { mobilenetV1, mobilenetV1Cuts, mobilenetV1Stages } from '../architectures/mobilenet-v1.js';
import type { ZooEntry } from '../entry.js';
import { IMAGENET_1K } from '../labels/imagenet-1k.js';
import { MOBILENET_V1_025_224_FILES } from './mobilenet-v1-025-224-files.js';
import { publishedFiles } from './published-files.js';

/** The architecture alone, at one of its usual widths. */
export function mobilenetV1Architecture(alpha: number): ZooEntry {
  const inputShape = [224, 224, 3];
  return {
    name: alpha === 1 ? 'mobilenet-v1' : `mobilenet-v1-${alpha}`,
    architecture: 'mobilenet-v1',
    summary: `MobileNet v1 of width ${alpha}: 13 depthwise-separable blocks, made for phones`,
    inputShape,
    range: [-1, 1],
    cuts: mobilenetV1Cuts(alpha, inputShape),
    defaultCut: 'global_average_pooling2d_1',
    stages: mobilenetV1Stages(),
    labels: [],
    licence: 'Apache-2.0',
    provenance: { paper: 'https://arxiv.org/abs/1704.04861' },
    embedded: false,
    create: ({ seed, inputShape: shape = inputShape, classes = 10 }) =>
      mobilenetV1({ seed, alpha, inputShape: shape, classes }),
  };
}

export const mobilenetV1Entries: readonly ZooEntry[] = [1, 0.75, 0.5, 0.25].map(mobilenetV1Architecture);

/** Google's weights, converted from Keras by the TensorFlow.js team. */
export const mobilenetV1ImagenetEntry: ZooEntry = {
  ...mobilenetV1Architecture(0.25),
  name: 'mobilenet-v1-0.25-224',
  summary: 'MobileNet v1 of width 0.25, trained on ImageNet at 224 pixels: 2 MB, the fastest on a CPU',
  sourceTask: 'imagenet-1k',
  labels: IMAGENET_1K,
  licence: 'NOASSERTION',
  // The figure that the authors of the weights publish (TensorFlow-Slim's table of MobileNet v1), not one of ours.
  testAccuracy: 0.498,
  provenance: {
    paper: 'https://arxiv.org/abs/1704.04861',
    source: 'https://storage.googleapis.com/tfjs-models/tfjs/mobilenet_v1_0.25_224/model.json',
    testAccuracy: 'top-1 as published by TensorFlow-Slim',
    converter: 'Keras 2.1.4, tensorflowjs_converter',
  },
  published: {
    folder: 'mobilenet_v1_0.25_224-layers',
    format: 'tfjs-layers',
    files: publishedFiles(
      ['https://storage.googleapis.com/tfjs-models/tfjs/mobilenet_v1_0.25_224/'],
      MOBILENET_V1_025_224_FILES,
    ),
  },
  create: ({ seed, inputShape = [224, 224, 3], classes = 1000 }) =>
    mobilenetV1({ seed, alpha: 0.25, inputShape, classes }),
};
