import { createRng, networkOf, type Network } from '@graft-ml/core';
import { subset } from '@graft-ml/datasets';
import { channelAttention, featureDistance } from '@graft-ml/train/regularisers';
import { freeze } from '@graft-ml/transfer';
import { adapt } from '../adapt.js';
import { stagesOf } from '../depth-groups.js';
import { settingOf, type Recipe } from '../recipe.js';
import { withTargetHead } from '../surgery.js';

/** How many examples say how much a channel matters: there is a pass over them for each channel. */
const SAMPLE = 100;
/** How many layers are held, evenly over the depth; the paper holds one a stage of a ResNet, which has four. */
const LAYERS = 4;

/**
 * DELTA with attention: a linear probe first, by which it is measured how much the loss rises when a channel of the source is
 * silenced; then fine-tuning that keeps the channels that matter near what the source gives (Li et al. 2019,
 * https://arxiv.org/abs/1901.09229, section 3.2). `strength` is β of the paper, `probe` the share of steps that the probe gets.
 */
export const deltaAttention: Recipe = {
  name: 'delta-attention',
  summary: 'a probe says which channels matter, then all layers train with those held near the source’s outputs',
  settings: { strength: [0.01, 0.001, 0.1], probe: [0.25, 0.5] },
  async run(task) {
    const { model, backbonePaths } = withTargetHead(task, 'delta-attention');
    const network = networkOf(model);
    const { frozen } = freeze(network, { paths: backbonePaths });
    const paths = heldLayers(network, backbonePaths);
    const strength = settingOf(task, 'strength', 0.01);
    const probe = settingOf(task, 'probe', 0.25);
    const { train, signal } = task;
    const some = createRng(task.seed).fork('attention').permutation(train.size).subarray(0, SAMPLE);
    const prepare = async (): Promise<{ terms: ReturnType<typeof featureDistance>[] }> => {
      const options = signal === undefined ? {} : { signal };
      const attention = await channelAttention(network, subset(train, some), paths, options);
      return { terms: [featureDistance({ source: networkOf(task.source), paths, strength, attention })] };
    };
    return adapt(task, model, [
      { frozen, share: probe },
      { frozen: new Set(), share: 1 - probe, prepare },
    ]);
  },
};

/** Layers of the source whose kernel's last axis is their channels. */
function heldLayers(network: Network, backbonePaths: readonly string[]): string[] {
  const kinds = new Map(network.nodes.map(({ path, kind }) => [path, kind]));
  const fit = stagesOf(network).flatMap(({ path }) =>
    backbonePaths.includes(path) && ['Conv2D', 'Dense'].includes(kinds.get(path) ?? '') ? [path] : [],
  );
  const count = Math.min(LAYERS, fit.length);
  return Array.from({ length: count }, (_, at) => fit[Math.ceil(((at + 1) * fit.length) / count) - 1] ?? '');
}
