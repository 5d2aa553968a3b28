import type { ZooCut, ZooStage } from '../entry.js';
import { featureChannels, invertedResiduals } from './inverted-residuals.js';

/**
 * Where MobileNet v2 may be cut, from the output back: the pooled features, the last feature map, and the last map of
 * each resolution.
 *
 * @param inputShape [H, W, C]
 */
export function mobilenetV2Cuts(alpha: number, inputShape: readonly number[]): ZooCut[] {
  const half = (size: number): number => Math.ceil(size / 2);
  let [height, width] = [half(inputShape[0] ?? 0), half(inputShape[1] ?? 0)];
  const lasts: ZooCut[] = [];
  for (const { prefix, channels, stride, isResidual } of invertedResiduals(alpha)) {
    if (stride === 2) [height, width] = [half(height), half(width)];
    const path = `${prefix}${isResidual ? 'add' : 'project_BN'}`;
    if (lasts[0]?.shape[0] === height) lasts.shift();
    lasts.unshift({ name: path, path, shape: [height, width, channels] });
  }
  const features = featureChannels(alpha);
  return [
    { name: 'global_average_pooling2d', path: 'global_average_pooling2d', shape: [features] },
    { name: 'out_relu', path: 'out_relu', shape: [height, width, features] },
    ...lasts,
  ];
}

/** The stages of MobileNet v2: the stem, the blocks of each resolution with the last convolution, the head. */
export function mobilenetV2Stages(alpha: number): ZooStage[] {
  const groups: string[][] = [['Conv1', 'bn_Conv1', 'Conv1_relu']];
  for (const { prefix, expands, stride, isResidual } of invertedResiduals(alpha)) {
    if (stride === 2) groups.push([]);
    groups
      .at(-1)
      ?.push(
        ...(expands ? ['expand', 'expand_BN', 'expand_relu'] : []).map((part) => prefix + part),
        ...(stride === 2 ? [`${prefix}pad`] : []),
        ...['depthwise', 'depthwise_BN', 'depthwise_relu', 'project', 'project_BN'].map((part) => prefix + part),
        ...(isResidual ? [`${prefix}add`] : []),
      );
  }
  groups.at(-1)?.push('Conv_1', 'Conv_1_bn', 'out_relu');
  const stages = groups.map((paths, at) => ({ name: at === 0 ? 'stem' : `stage${at}`, paths }));
  return [...stages, { name: 'head', paths: ['predictions'] }];
}
