import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import * as tf from '@tensorflow/tfjs-core';
import * as layers from '@tensorflow/tfjs-layers';
import sharp from 'sharp';
import { cpu } from '@graft-ml/backend-cpu';
import { saveBundle, useBackend } from '@graft-ml/core';
import { fileStore } from '@graft-ml/core/node';
import { graft, inTemporaryFolder } from './graft.js';

beforeAll(async () => {
  await useBackend(cpu());
});

/** A model in two nested Sequentials, as Teachable Machine exports it: bright pictures are of class 1. */
async function exported(folder: string, labels: readonly string[]): Promise<string> {
  const model = layers.sequential({
    layers: [
      layers.sequential({
        name: 'sequential_1',
        layers: [layers.layers.globalAveragePooling2d({ inputShape: [6, 6, 3], name: 'pool' })],
      }),
      layers.sequential({
        name: 'sequential_3',
        layers: [layers.layers.dense({ units: 2, inputShape: [3], activation: 'softmax', name: 'head' })],
      }),
    ],
  });
  // A mean of 0 is the middle of [-1, 1]: only with that range is a picture of 100 dark.
  model.layers[1]?.setWeights([
    tf.tensor2d([
      [-5, 5],
      [-5, 5],
      [-5, 5],
    ]),
    tf.zeros([2]),
  ]);
  const path = join(folder, 'model');
  await saveBundle(fileStore(path), model);
  await rm(join(path, 'graft.json'));
  const metadata = { packageName: '@teachablemachine/image', modelName: 'tm-my-image-model', labels };
  await writeFile(join(path, 'metadata.json'), JSON.stringify(metadata));
  return path;
}

describe('an export of Teachable Machine', () => {
  it('predicts with the labels and the range of its metadata.json', async () => {
    await inTemporaryFolder(async (folder) => {
      const path = await exported(folder, ['dark', 'bright']);
      await mkdir(join(folder, 'photos'));
      for (const [name, level] of [
        ['a.png', 100],
        ['b.png', 220],
      ] as const) {
        const file = join(folder, 'photos', name);
        await sharp({ create: { width: 20, height: 20, channels: 3, background: { r: level, g: level, b: level } } })
          .png()
          .toFile(file);
      }
      const { code, stdout, stderr } = await graft(['predict', path, join(folder, 'photos'), '--json'], folder);
      expect(stderr).not.toContain('says nothing of its preprocessing');
      expect(code).toBe(0);
      const answers: { file: string; predictions: { label: string }[] }[] = JSON.parse(stdout);
      expect(JSON.stringify(answers.find(({ file }) => file.endsWith('a.png')))).toMatch(/^[^[]*\[\{"label":"dark"/);
      expect(JSON.stringify(answers.find(({ file }) => file.endsWith('b.png')))).toMatch(/^[^[]*\[\{"label":"bright"/);
    });
  });

  it('is refused when its labels are not as many as its outputs', async () => {
    await inTemporaryFolder(async (folder) => {
      const path = await exported(folder, ['one']);
      const file = join(folder, 'a.png');
      await sharp({ create: { width: 8, height: 8, channels: 3, background: 'white' } })
        .png()
        .toFile(file);
      const { code, stderr } = await graft(['predict', path, file], folder);
      expect(code).not.toBe(0);
      expect(stderr).toContain('2 outputs and 1 labels in its metadata.json');
    });
  });
});
