import { IMAGENET_SCALE } from '@graft-ml/core';
import type { EfficientnetVariant } from '../architectures/efficientnet-blocks.js';
import { efficientnetCuts, efficientnetStages } from '../architectures/efficientnet-parts.js';
import { efficientnet } from '../architectures/efficientnet.js';
import type { ZooEntry } from '../entry.js';
import { IMAGENET_1K } from '../labels/imagenet-1k.js';
import { timmWeights } from './timm-weights.js';

const inputShape = [224, 224, 3];
const TITLES = { b0: 'EfficientNet-B0', lite0: 'EfficientNet-Lite0, which is B0 without squeeze-and-excitation' };

/** The architecture alone. */
function architecture(variant: EfficientnetVariant): ZooEntry {
  return {
    name: `efficientnet-${variant}`,
    architecture: 'efficientnet',
    summary: `${TITLES[variant]}: 16 inverted residual blocks, with timm's names, for weights of PyTorch`,
    inputShape,
    ...IMAGENET_SCALE,
    cuts: efficientnetCuts(inputShape),
    defaultCut: 'global_pool',
    stages: efficientnetStages(variant),
    labels: [],
    licence: 'Apache-2.0',
    provenance: { paper: 'https://arxiv.org/abs/1905.11946' },
    embedded: false,
    create: ({ seed, inputShape: shape = inputShape, classes = 10 }) =>
      efficientnet({ variant, seed, inputShape: shape, classes }),
  };
}

/** timm's weights, trained in PyTorch with RandAugment. @param topOne in per cent, as timm's table of results gives it */
function imagenet(variant: EfficientnetVariant, topOne: number): ZooEntry {
  const model = `efficientnet_${variant}.ra_in1k`;
  return {
    ...architecture(variant),
    name: `efficientnet-${variant}/imagenet`,
    summary: `${TITLES[variant]}, trained on ImageNet at 224 pixels`,
    sourceTask: 'imagenet-1k',
    labels: IMAGENET_1K,
    testAccuracy: topOne / 100,
    provenance: {
      paper: 'https://arxiv.org/abs/1905.11946',
      source: `https://huggingface.co/timm/${model}`,
      testAccuracy: 'top-1 as published by timm, on the middle of a larger picture',
    },
    published: timmWeights(model),
    create: ({ seed, inputShape: shape = inputShape, classes = 1000 }) =>
      efficientnet({ variant, seed, inputShape: shape, classes }),
  };
}

export const efficientnetEntries: readonly ZooEntry[] = [
  architecture('lite0'),
  imagenet('lite0', 75.48),
  architecture('b0'),
  imagenet('b0', 77.694),
];
