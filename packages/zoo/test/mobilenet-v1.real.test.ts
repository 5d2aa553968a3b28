import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import * as tf from '@tensorflow/tfjs-core';
import { wasm } from '@graft-ml/backend-wasm';
import { networkOf, predict, readModelFiles, useBackend, type Network } from '@graft-ml/core';
import { fileStore } from '@graft-ml/core/node';
import { readImage } from '@graft-ml/datasets/node';
import { mobilenetV1, type Pretrained } from '../src/index.js';
import { importGraphModel } from '../src/graph/index.js';
import { loadPretrained } from '../src/node/index.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const dataDir = resolve(root, process.env['GRAFT_DATA_DIR'] ?? '../shared/data');
const photos = join(dataDir, 'hymenoptera_data', 'val');
const graph = join(dataDir, 'mobilenet_v1_0.25_224-graph');
const needed = [join(dataDir, 'mobilenet_v1_0.25_224-layers'), graph, photos];
const missing = needed.filter((path) => !existsSync(path));
if (missing.length > 0) console.warn(`Skipped: ${missing.join(', ')} not found; set GRAFT_DATA_DIR.`);

describe.skipIf(missing.length > 0)('mobilenet-v1-0.25-224', () => {
  let pretrained: Pretrained;
  let network: Network;

  beforeAll(async () => {
    await useBackend(wasm());
    pretrained = await loadPretrained('mobilenet-v1-0.25-224', { dataDir, offline: true });
    network = networkOf(pretrained.model);
  });

  it('sees ants and bees in photos of ants and bees', async () => {
    const { labels } = pretrained.entry;
    for (const kind of ['ants', 'bees']) {
      const wanted = kind.slice(0, -1);
      const files = readdirSync(join(photos, kind)).slice(0, 20);
      const firsts = new Map<string, number>();
      let amongFive = 0;
      for (const file of files) {
        const image = await readImage(join(photos, kind, file), {
          height: 224,
          width: 224,
          channels: 3,
          range: pretrained.entry.range,
        });
        const [output] = predict(network, [image]);
        const best = Array.from((await output?.data()) ?? [])
          .map((score, index) => ({ score, label: labels[index] ?? '' }))
          .sort((a, b) => b.score - a.score)
          .map(({ label }) => label);
        firsts.set(best[0] ?? '', (firsts.get(best[0] ?? '') ?? 0) + 1);
        if (best.slice(0, 5).includes(wanted)) amongFive++;
        tf.dispose([image, output ?? []]);
      }
      // By chance among 1,000 classes one photo in 200 would have the right label among its first five.
      expect(amongFive, `${kind} among the first five`).toBeGreaterThanOrEqual(files.length / 2);
      expect([...firsts].sort((a, b) => b[1] - a[1])[0]?.[0]).toBe(wanted);
    }
  });

  it('is our own architecture: with the same weights, the same features and probabilities', async () => {
    const ours = mobilenetV1({ seed: 1, alpha: 0.25 });
    const byName = new Map(network.weights.map((weight) => [weight.name, weight]));
    for (const { name, variable } of networkOf(ours).weights) {
      const theirs = byName.get(name);
      if (theirs === undefined) throw new Error(`the published model has no weight ${name}`);
      variable.assign(theirs.variable);
      byName.delete(name);
    }
    expect([...byName.keys()]).toEqual([]);
    const x = tf.randomUniform([1, 224, 224, 3], -1, 1, 'float32', 5);
    const both = [network, networkOf(ours)].map((each) => {
      const features = each.nodes.find(({ path }) => path === pretrained.entry.defaultCut)?.outputs ?? [];
      return predict({ ...each, outputs: [...features, ...each.outputs] }, [x]);
    });
    const [theirs = [], own = []] = await Promise.all(
      both.map((outputs) => Promise.all(outputs.map(async (each) => Array.from(await each.data())))),
    );
    expect(own.map((values) => values.length)).toEqual([256, 1000]);
    expect(own).toEqual(theirs);
  });

  // The two published files are of two trainings: their weights are not related, so their features cannot be either.
  it('gives the features of the published graph model, with the weights of that', async () => {
    const store = fileStore(graph);
    const trunk = await importGraphModel(store, { inputShape: [224, 224, 3] });
    expect(trunk.cuts[0]?.shape).toEqual([1, 1, 256]);
    const { weightSpecs } = (await readModelFiles(store)).weights;
    const constants = new Map(weightSpecs.map(({ name }, index) => [name, trunk.network.weights[index]?.variable]));
    const ours = networkOf(mobilenetV1({ seed: 1, alpha: 0.25 }));
    for (const { name, shape, variable } of ours.weights) {
      if (name.startsWith('conv_preds')) continue;
      const value = graphWeight(name, constants) ?? (name.endsWith('/gamma') ? tf.ones([...shape]) : undefined);
      if (value !== undefined) variable.assign(value);
      // Its BatchNorms are folded into the kernels; only what is added is left of them.
      else variable.assign(name.endsWith('mean') ? tf.zeros([...shape]) : tf.fill([...shape], 1 - 1e-3));
    }
    const [file = ''] = readdirSync(join(photos, 'bees'));
    const read = (range: readonly [number, number]): Promise<tf.Tensor> =>
      readImage(join(photos, 'bees', file), { height: 224, width: 224, channels: 3, range });
    const features = ours.nodes.find(({ path }) => path === pretrained.entry.defaultCut)?.outputs ?? [];
    const [theirs] = predict(trunk.network, [await read([0, 1])]);
    const [own] = predict({ ...ours, outputs: features }, [await read([-1, 1])]);
    const [found, wanted] = [Array.from((await own?.data()) ?? []), Array.from((await theirs?.data()) ?? [])];
    expect(found.length).toBe(256);
    const worst = found.reduce((most, value, at) => Math.max(most, Math.abs(value - (wanted[at] ?? 0))), 0);
    expect(worst / Math.max(...wanted)).toBeLessThan(1e-3);
  });

  it('has the layer names, shapes and order of the published model', () => {
    const parts = (each: Network): unknown[] =>
      each.weights.map(({ name, shape, statistic }) => [name, shape, statistic]);
    expect(parts(networkOf(mobilenetV1({ seed: 1, alpha: 0.25 })))).toEqual(parts(network));
  });
});

/** What the graph's constants call one of our weights. */
function graphWeight(name: string, constants: ReadonlyMap<string, tf.Variable | undefined>): tf.Tensor | undefined {
  const [layer = '', kind = ''] = name.split('/');
  const [, dwOrPw, block] = /^conv_([dp]w)_(\d+)/.exec(layer) ?? [];
  const part =
    dwOrPw === undefined ? 'Conv2d_0' : `Conv2d_${block ?? ''}_${dwOrPw === 'dw' ? 'depthwise' : 'pointwise'}`;
  const own = `module_apply_default/MobilenetV1/MobilenetV1/${part}`;
  if (kind === 'kernel') return constants.get(`${own}/Conv2D/merged_input`);
  if (kind === 'depthwise_kernel') return constants.get(`module/MobilenetV1/${part}/depthwise_weights`);
  if (kind === 'gamma') return constants.get(`${own}/BatchNorm/FusedBatchNorm/Scaled`);
  return kind === 'beta' ? constants.get(`${own}/BatchNorm/FusedBatchNorm/Offset`) : undefined;
}
