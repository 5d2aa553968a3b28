import { resnet, resnetCuts, resnetStages, type ResnetDepth } from '../architectures/resnet.js';
import type { ZooEntry } from '../entry.js';

/** The architecture alone. */
function architecture(depth: ResnetDepth): ZooEntry {
  const inputShape = [224, 224, 3];
  return {
    name: `resnet-${depth}`,
    architecture: 'resnet',
    summary: `ResNet-${depth} with torchvision's names, for weights of PyTorch`,
    inputShape,
    range: [-1, 1],
    cuts: resnetCuts(depth, inputShape),
    defaultCut: 'avgpool',
    stages: resnetStages(depth),
    labels: [],
    licence: 'Apache-2.0',
    provenance: { paper: 'https://arxiv.org/abs/1512.03385' },
    embedded: false,
    create: ({ seed, inputShape: shape = inputShape, classes = 10 }) =>
      resnet({ depth, seed, inputShape: shape, classes }),
  };
}

export const resnetEntries: readonly ZooEntry[] = [architecture(18), architecture(50)];
