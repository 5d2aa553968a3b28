import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join, resolve } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { cpu } from '@graft-ml/backend-cpu';
import { loadBundle, memoryStore, networkOf, parameterCount, predict, saveBundle, useBackend } from '@graft-ml/core';
import { fileStore } from '@graft-ml/core/node';
import { lora, saveAdapter, withAdapters, type Adapted } from '../src/adapters/index.js';
import { classificationHead, cut, freeze, splitTrunk, withHead } from '../src/index.js';
import { expectClose, numbers, present, reference } from './models.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const folder = join(resolve(root, process.env['GRAFT_DATA_DIR'] ?? '../shared/data'), 'mobilenet_v1_0.25_224-layers');
const missing = !existsSync(join(folder, 'model.json'));
if (missing) console.warn(`Skipped: MobileNet is not in ${folder}; set GRAFT_DATA_DIR.`);

/** A picture of soft stripes in [−1, 1], [1, 224, 224, 3]. */
function picture(): tf.Tensor {
  const pixels = Float32Array.from(
    { length: 224 * 224 * 3 },
    (_, index) => Math.sin(index / 97) * Math.cos(index / 1013),
  );
  return tf.tensor(pixels, [1, 224, 224, 3]);
}

describe.skipIf(missing)('MobileNet v1 0.25, as an old converter wrote it', () => {
  let model: LayersModel;

  beforeAll(async () => {
    await useBackend(cpu());
    ({ model } = await loadBundle(fileStore(folder)));
  });

  it('loads, and predicts what tfjs predicts', async () => {
    const network = networkOf(model);
    expect(network.weights.reduce((sum, { variable }) => sum + variable.size, 0)).toBe(475_544);
    const x = picture();
    const [probabilities = []] = await numbers(predict(network, [x]));
    expect(probabilities.reduce((sum, each) => sum + each, 0)).toBeCloseTo(1, 4);
    expectClose([probabilities], await reference(model, [x]));
  });

  it('is cut at its last feature map, bridged and frozen; trunk and tail are the whole', async () => {
    const backbone = cut(model, 'conv_pw_13_relu');
    expect(backbone.featureShapes).toEqual([[null, 7, 7, 256]]);
    const grafted = withHead(backbone, classificationHead({ labels: ['ants', 'bees'] }), { seed: 1 });
    expect(grafted.headPaths).toEqual(['bridge', 'head']);
    const { frozen } = freeze(grafted.network, { paths: grafted.backbonePaths });
    const { trunk, tail } = splitTrunk(grafted.network, frozen);
    expect(tail.nodes.map((node) => node.path)).toEqual(['head']);
    const x = picture();
    const features = predict(present(trunk), [x]);
    expect(features.map((feature) => feature.shape)).toEqual([[1, 256]]);
    const [map] = predict(backbone.network, [x]);
    const averaged = tf.mean(present(map), [1, 2]);
    expectClose(await numbers([averaged]), await numbers(features.map((feature) => tf.clone(feature))));
    expectClose(await numbers(predict(tail, features)), await numbers(predict(grafted.network, [x])));
  });

  it('LoRA of rank 4 on all layers trains 4.5 % of its parameters, and saves as much of its bundle', async () => {
    const adapted = withAdapters(model, { method: lora({ rank: 4 }), seed: 1 });
    // By hand: rank · (rows + columns): 27 + 8 for the first layer, inputs + outputs for the pointwise ones and the classifier,
    // 9 + channels for the depthwise ones.
    const inputs = [8, 16, 32, 32, 64, 64, 128, 128, 128, 128, 128, 128, 256];
    const ofPointwise = inputs.reduce((sum, each, at) => sum + 4 * (each + (inputs[at + 1] ?? 256)), 0);
    const ofDepthwise = inputs.reduce((sum, each) => sum + 4 * (9 + each), 0);
    const count = ({ network, adapterWeights }: Adapted): number =>
      parameterCount(network.weights.filter(({ name }) => adapterWeights.includes(name)));
    expect(count(adapted)).toBe(4 * (27 + 8) + ofPointwise + ofDepthwise + 4 * (256 + 1000));
    expect(count(adapted) / 475_544).toBeCloseTo(0.0452, 4);

    const store = memoryStore();
    const { files } = await saveBundle(store, model);
    const bundle = Object.values(files).reduce((sum, { bytes }) => sum + bytes, 0);
    const saved = await saveAdapter(adapted.network, adapted.adapterWeights);
    expect(saved.byteLength).toBeGreaterThan(4 * count(adapted));
    expect(saved.byteLength / bundle).toBeLessThanOrEqual(0.05);

    // Without the classifier of a thousand classes the network is less than half as large: there the pointwise ones hold it alone.
    const grafted = withHead(cut(model, 'conv_pw_13_relu'), classificationHead({ classes: 2 }), { seed: 1 });
    const whole = parameterCount(grafted.network.weights);
    const pointwise = withAdapters(grafted.network, { method: lora({ rank: 4 }), targets: 'conv_pw_*', seed: 1 });
    expect(count(pointwise)).toBe(ofPointwise);
    expect(ofPointwise / whole).toBeLessThanOrEqual(0.05);
    expect(count(withAdapters(grafted.network, { method: lora({ rank: 4 }), seed: 1 })) / whole).toBeGreaterThan(0.05);
  });

  it('offers near names for a mistyped cut', () => {
    expect(() => cut(model, 'conv_pw_13_rellu')).toThrow(/"conv_pw_13_relu"/);
  });
});
