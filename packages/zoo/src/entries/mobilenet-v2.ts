import { mobilenetV2Cuts, mobilenetV2Stages } from '../architectures/mobilenet-v2-parts.js';
import { mobilenetV2 } from '../architectures/mobilenet-v2.js';
import type { ZooEntry } from '../entry.js';

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
