import type { ZooCut, ZooStage } from '../entry.js';
import {
  efficientnetBlocks,
  FEATURE_CHANNELS,
  type EfficientnetBlock,
  type EfficientnetVariant,
} from './efficientnet-blocks.js';

/**
 * Where EfficientNet may be cut, from the output back: the pooled features, the last feature map, and the last map of each
 * resolution.
 *
 * @param inputShape [H, W, C]
 */
export function efficientnetCuts(inputShape: readonly number[]): ZooCut[] {
  const half = (size: number): number => Math.ceil(size / 2);
  let [height, width] = [half(inputShape[0] ?? 0), half(inputShape[1] ?? 0)];
  const lasts: ZooCut[] = [];
  for (const block of efficientnetBlocks()) {
    if (block.stride === 2) [height, width] = [half(height), half(width)];
    const path = `${block.name}.${lastOf(block)}`;
    // Only the last block of a resolution is a cut.
    if (block.stride === 1) lasts.shift();
    lasts.unshift({ name: path, path, shape: [height, width, block.channels] });
  }
  return [
    { name: 'global_pool', path: 'global_pool', shape: [FEATURE_CHANNELS] },
    { name: 'act2', path: 'act2', shape: [height, width, FEATURE_CHANNELS] },
    ...lasts,
  ];
}

/** The stages of EfficientNet: the stem, the blocks of each resolution with the last convolution, the head. */
export function efficientnetStages(variant: EfficientnetVariant): ZooStage[] {
  const groups: string[][] = [['conv_stem', 'bn1']];
  for (const block of efficientnetBlocks()) {
    if (block.stride === 2) groups.push([]);
    groups.at(-1)?.push(...weighty(block, variant));
  }
  groups.at(-1)?.push('conv_head', 'bn2');
  const stages = groups.map((paths, at) => ({ name: at === 0 ? 'stem' : `stage${at}`, paths }));
  return [...stages, { name: 'head', paths: ['classifier'] }];
}

/** The layers of a block that have weights. */
function weighty({ name, expanded, incoming }: EfficientnetBlock, variant: EfficientnetVariant): string[] {
  const excitation = variant === 'b0' ? ['se.conv_reduce', 'se.conv_expand'] : [];
  const parts =
    expanded > incoming
      ? ['conv_pw', 'bn1', 'conv_dw', 'bn2', ...excitation, 'conv_pwl', 'bn3']
      : ['conv_dw', 'bn1', ...excitation, 'conv_pw', 'bn2'];
  return parts.map((part) => `${name}.${part}`);
}

function lastOf({ isResidual, expanded, incoming }: EfficientnetBlock): string {
  if (isResidual) return 'add';
  return expanded > incoming ? 'bn3' : 'bn2';
}
