import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import * as tf from '@tensorflow/tfjs-core';
import { cpu } from '@graft-ml/backend-cpu';
import { loadBundle, networkOf, predict, saveBundle, saveBundleFile, useBackend } from '@graft-ml/core';
import { fileStore } from '@graft-ml/core/node';
import { cut } from '@graft-ml/transfer';
import { seedCnn } from '@graft-ml/zoo';
import { enableGraphLayers } from '@graft-ml/zoo/graph';
import { importKeras } from '@graft-ml/zoo/keras';
import { graft, inTemporaryFolder } from './graft.js';
import {
  byHand,
  bytesOf,
  channelMeans,
  confidences,
  graphModel,
  HEIGHT,
  kerasFile,
  noise,
  readJson,
  teachableMachine,
  WIDTH,
} from './own-model-files.js';

beforeAll(async () => {
  await useBackend(cpu());
  await enableGraphLayers();
});

const relu6 = (x: number): number => Math.min(6, Math.max(0, x));

/** What a layer of a Keras file gives for a picture. */
async function kerasFeatures(name: string, values: readonly number[]): Promise<number[]> {
  const { model } = await importKeras(await readFile(kerasFile(name)));
  const [features] = predict(cut(model, 'pool').network, [tf.tensor([...values], [1, HEIGHT, WIDTH, 3])]);
  return [...((await features?.data()) ?? [])];
}

type Brought = readonly [
  title: string,
  bring: (folder: string) => Promise<string>,
  options: readonly string[],
  range: readonly [number, number],
  features: (values: readonly number[]) => Promise<number[]> | number[],
];

const BROUGHT: readonly Brought[] = [
  [
    'a .keras file',
    () => Promise.resolve(kerasFile('keras3.keras')),
    ['--range', '-1,1'],
    [-1, 1],
    (values) => kerasFeatures('keras3.keras', values),
  ],
  [
    'an .h5 file',
    () => Promise.resolve(kerasFile('keras2.h5')),
    ['--range', '0,255'],
    [0, 255],
    (values) => kerasFeatures('keras2.h5', values),
  ],
  [
    'an export of Teachable Machine, whose metadata say [−1, 1]',
    async (folder) => {
      await teachableMachine(join(folder, 'tm'));
      return 'tm';
    },
    [],
    [-1, 1],
    (values) => channelMeans(values),
  ],
  [
    'a graph model',
    async (folder) => {
      await graphModel(join(folder, 'graph'), [HEIGHT, WIDTH, 3]);
      return 'graph';
    },
    [],
    [0, 1],
    (values) => channelMeans(values, (x) => relu6(2 * x - 1)),
  ],
  [
    'a bundle in one file',
    async (folder) => {
      const { model } = await importKeras(await readFile(kerasFile('keras3.keras')));
      const preprocessing = { inputShape: [HEIGHT, WIDTH, 3], range: [-1, 1] } as const;
      await writeFile(join(folder, 'model.zip'), await saveBundleFile(model, { preprocessing }));
      return 'model.zip';
    },
    ['--cut', 'pool'],
    [-1, 1],
    (values) => kerasFeatures('keras3.keras', values),
  ],
];

describe('graft train --backbone with a model of one’s own', { timeout: 120_000 }, () => {
  it.each(BROUGHT)('%s: predicts what its features and the new head give by hand', async (...brought) => {
    const [, bring, options, [low, high], features] = brought;
    await inTemporaryFolder(async (folder) => {
      const [first = '', ...more] = await noise(join(folder, 'photos'));
      const backbone = await bring(folder);
      const train = ['train', 'photos', '--backbone', backbone, '--recipe', 'frozen', '--steps', '8', '--out', 'model'];
      const trained = await graft([...train, ...options], folder);
      expect(trained.code, trained.stderr).toBe(0);
      expect(await readJson(join(folder, 'model/graft.json'))).toMatchObject({
        preprocessing: { inputShape: [HEIGHT, WIDTH, 3], range: [low, high] },
      });
      const told = await graft(['predict', 'model', first, more.at(-1) ?? '', '--json', '--top', '2'], folder);
      expect(told.code, told.stderr).toBe(0);
      const { model } = await loadBundle(fileStore(join(folder, 'model')));
      const answers = confidences(told.stdout);
      expect(answers.size).toBe(2);
      for (const [file, said] of answers) {
        const values = (await bytesOf(file)).map((byte) => low + (byte / 255) * (high - low));
        const wanted = await byHand(model, await features(values));
        for (const [at, label] of ['bright', 'dark'].entries()) {
          expect(Math.abs((said.get(label) ?? Number.NaN) - (wanted[at] ?? Number.NaN))).toBeLessThan(1e-5);
        }
      }
    });
  });

  it('says what it assumes of pictures where nothing says it, and not where something does', async () => {
    await inTemporaryFolder(async (folder) => {
      await noise(join(folder, 'photos'), 5);
      await teachableMachine(join(folder, 'tm'));
      const train = ['train', 'photos', '--recipe', 'class-mean', '--restart', '--out', 'model', '--backbone'];
      const silent = await graft([...train, kerasFile('keras3.keras')], folder);
      expect(silent.stderr).toMatch(/does not say how pictures become its inputs: .*\[0, 1\] is assumed.*--range -1,1/);
      const named = await graft([...train, kerasFile('keras3.keras'), '--range', 'imagenet'], folder);
      expect(named.stderr).not.toContain('is assumed');
      expect(await readJson(join(folder, 'model/graft.json'))).toMatchObject({
        preprocessing: { range: [0, 1], mean: [0.485, 0.456, 0.406] },
      });
      expect((await graft([...train, 'tm'], folder)).stderr).not.toContain('is assumed');
    });
  });

  it('takes pictures of 224 × 224, or what --image-size says, for a graph that leaves their size open', async () => {
    await inTemporaryFolder(async (folder) => {
      await noise(join(folder, 'photos'), 5);
      await graphModel(join(folder, 'graph'), [-1, -1, 3]);
      const train = ['train', 'photos', '--backbone', 'graph', '--recipe', 'ridge', '--restart', '--out', 'model'];
      expect((await graft(train, folder)).stderr).toContain('inputs [224, 224, 3]');
      expect((await graft([...train, '--image-size', '32'], folder)).stderr).toContain('inputs [32, 32, 3]');
      expect(await readJson(join(folder, 'model/graft.json'))).toMatchObject({
        preprocessing: { inputShape: [32, 32, 3] },
      });
    });
  });
});

describe('the bundle of a graph model', { timeout: 120_000 }, () => {
  it('is evaluated as it was tested, goes to tfjs and back, is a backbone itself, and goes into no format without graphs', async () => {
    await inTemporaryFolder(async (folder) => {
      await graphModel(join(folder, 'graph'), [28, 28, 1]);
      const data = ['--data', 'sketches-target', '--labels', '60', '--json', '--quiet'];
      const train = ['train', ...data, '--backbone', 'graph', '--cut', 'act', '--recipe', 'logistic-flat'];
      expect((await graft([...train, '--out', 'model'], folder)).stderr).toContain('"net/act"');
      const trained = await graft(
        train.map((each) => (each === 'act' ? 'net/act' : each)).concat('--out', 'model'),
        folder,
      );
      expect(trained.code, trained.stderr).toBe(0);
      const { testAccuracy }: { testAccuracy: number } = JSON.parse(trained.stdout);
      // Ten classes: by chance 0.1.
      expect(testAccuracy).toBeGreaterThan(0.25);
      expect(await readJson(join(folder, 'model/graft.json'))).toMatchObject({ provenance: { cut: 'net/act' } });
      const evaluate = async (model: string): Promise<unknown> => {
        const { code, stdout, stderr } = await graft(
          ['evaluate', model, '--data', 'sketches-target', '--json', '--quiet'],
          folder,
        );
        expect(code, stderr).toBe(0);
        return JSON.parse(stdout);
      };
      expect(await evaluate('model')).toMatchObject({ accuracy: testAccuracy });

      const exported = await graft(['export', 'model', '--to', 'tfjs', '--out', 'again'], folder);
      expect(exported.stdout).toContain('enableGraphLayers()');
      expect(await evaluate('again')).toMatchObject({ accuracy: testAccuracy });
      for (const out of ['m.onnx', 'm.keras', 'm.h5', 'm.safetensors']) {
        const refused = await graft(['export', 'model', '--out', out], folder);
        expect(refused.code).toBe(2);
        expect(refused.stderr).toContain('has no place for one');
      }
      expect((await graft(['export', 'model', '--web', '--out', 'site'], folder)).stderr).toContain('no place for one');

      const second = await graft(['train', ...data, '--backbone', 'model', '--out', 'second', '--steps', '3'], folder);
      expect(second.code, second.stderr).toBe(0);
      expect(JSON.parse(second.stdout)).toMatchObject({ recipe: 'frozen' });
      const tuned = ['train', ...data, '--backbone', 'model', '--out', 'third', '--recipe', 'fine-tune'];
      expect((await graft(tuned, folder)).stderr).toContain('nothing of model can be trained');
    });
  });

  it('is compared with another model on the same pictures', async () => {
    await inTemporaryFolder(async (folder) => {
      await noise(join(folder, 'photos'));
      await graphModel(join(folder, 'graph'), [HEIGHT, WIDTH, 3]);
      await teachableMachine(join(folder, 'tm'));
      const compare = ['compare', '--source', 'graph,tm', '--target', 'photos', '--labels', 'all', '--seeds', '1'];
      const { code, stdout, stderr } = await graft([...compare, '--recipes', 'logistic,class-mean', '--json'], folder);
      expect(code, stderr).toBe(0);
      const { runs }: { runs: { testAccuracy: number }[] } = JSON.parse(stdout);
      expect(runs).toHaveLength(4);
      // Dark and bright are told apart by their means.
      for (const { testAccuracy } of runs) expect(testAccuracy).toBe(1);
      const refused = await graft(compare, folder);
      expect(refused.code).toBe(2);
      expect(refused.stderr).toContain('"scratch" trains the backbone, and nothing of graph can be trained');
      expect(refused.stderr).toContain('linear-probe');
    });
  });
});

describe('what is no backbone is refused with words before anything is computed', { timeout: 60_000 }, () => {
  it.each([
    ['a file of another kind', ['--backbone', 'notes.txt'], 'notes.txt is no model that Graft reads'],
    ['a recipe that trains a graph', ['--backbone', 'graph', '--recipe', 'fine-tune'], 'trains the backbone'],
    ['two cuts of a graph', ['--backbone', 'graph', '--recipe', 'logistic@a@b'], 'cut at one place'],
    ['a range for a model of the zoo', ['--backbone', 'seed-cnn/mnist', '--range', '-1,1'], 'none of your own'],
    ['a size that a graph does not have', ['--backbone', 'graph', '--image-size', '32'], 'cannot be made to take 32'],
    ['a node that a graph does not have', ['--backbone', 'graph', '--cut', 'net/pol'], 'Did you mean "net/pool"'],
    ['a range that is none', ['--backbone', 'graph', '--range', '1,-1'], 'such as -1,1'],
  ])('%s', async (_, options, message) => {
    await inTemporaryFolder(async (folder) => {
      await noise(join(folder, 'photos'), 3);
      await graphModel(join(folder, 'graph'), [HEIGHT, WIDTH, 3]);
      await writeFile(join(folder, 'notes.txt'), 'no model');
      const { code, stdout, stderr } = await graft(['train', 'photos', '--out', 'model', ...options], folder);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toContain(message);
    });
  });

  it('a graph model where a layers model is expected', async () => {
    await inTemporaryFolder(async (folder) => {
      await graphModel(join(folder, 'graph'), [HEIGHT, WIDTH, 3]);
      const [picture = ''] = await noise(join(folder, 'photos'), 1);
      const { code, stderr } = await graft(['predict', 'graph', picture], folder);
      expect(code).toBe(2);
      expect(stderr).toContain('is a TensorFlow.js graph model');
    });
  });

  it('trains a plain folder of layers as before, fine-tuning included', async () => {
    await inTemporaryFolder(async (folder) => {
      await saveBundle(fileStore(join(folder, 'plain')), seedCnn({ seed: 1 }));
      const train = ['train', '--data', 'sketches-target', '--labels', '40', '--steps', '3', '--backbone', 'plain'];
      const { code, stdout, stderr } = await graft([...train, '--out', 'model', '--json'], folder);
      expect(code, stderr).toBe(0);
      expect(JSON.parse(stdout)).toMatchObject({ recipe: 'fine-tune' });
      expect(networkOf((await loadBundle(fileStore(join(folder, 'model')))).model).nodes.length).toBeGreaterThan(3);
    });
  });
});
