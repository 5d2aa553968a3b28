import { IMAGENET_SCALE } from '@graft-ml/core';
import { resnet, resnetCuts, resnetStages, type ResnetDepth } from '../architectures/resnet.js';
import type { ZooEntry } from '../entry.js';
import { IMAGENET_1K } from '../labels/imagenet-1k.js';
import { timmWeights } from './timm-weights.js';

const inputShape = [224, 224, 3];

/** The architecture alone. */
function architecture(depth: ResnetDepth): ZooEntry {
  return {
    name: `resnet-${depth}`,
    architecture: 'resnet',
    summary: `ResNet-${depth} with torchvision's names, for weights of PyTorch`,
    inputShape,
    ...IMAGENET_SCALE,
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

/** torchvision's first weights (IMAGENET1K_V1), in timm's copy. @param topOne in per cent, as torchvision gives it */
function imagenet(depth: ResnetDepth, topOne: number): ZooEntry {
  const model = `resnet${depth}.tv_in1k`;
  return {
    ...architecture(depth),
    name: `resnet-${depth}/imagenet`,
    summary: `ResNet-${depth}, trained on ImageNet at 224 pixels by torchvision`,
    sourceTask: 'imagenet-1k',
    labels: IMAGENET_1K,
    licence: 'BSD-3-Clause',
    testAccuracy: topOne / 100,
    provenance: {
      paper: 'https://arxiv.org/abs/1512.03385',
      source: `https://huggingface.co/timm/${model}`,
      testAccuracy: 'top-1 as published by torchvision, on the middle of a larger picture',
    },
    published: timmWeights(model),
    create: ({ seed, inputShape: shape = inputShape, classes = 1000 }) =>
      resnet({ depth, seed, inputShape: shape, classes }),
  };
}

export const resnetEntries: readonly ZooEntry[] = [
  architecture(18),
  imagenet(18, 69.758),
  architecture(50),
  imagenet(50, 76.13),
];
