import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import * as tf from '@tensorflow/tfjs-core';
import { cpu } from '@graft-ml/backend-cpu';
import { loadBundle, predict, useBackend } from '@graft-ml/core';
import { fileStore } from '@graft-ml/core/node';
import { cut } from '@graft-ml/transfer';
import { seedCnn } from '@graft-ml/zoo';
import { exportOnnx } from '@graft-ml/zoo/export';
import { importKeras } from '@graft-ml/zoo/keras';
import { graft, inTemporaryFolder } from './graft.js';
import {
  byHand,
  bytesOf,
  confidences,
  graphModel,
  HEIGHT,
  kerasFile,
  noise,
  readJson,
  WIDTH,
  without,
} from './own-model-files.js';

beforeAll(async () => {
  await useBackend(cpu());
});

const source = async (): ReturnType<typeof importKeras> => importKeras(await readFile(kerasFile('keras3.keras')));

/** The tiny Keras model as an ONNX file. */
async function onnx(folder: string, facts: Parameters<typeof exportOnnx>[1] = {}): Promise<void> {
  await writeFile(join(folder, 'mine.onnx'), await exportOnnx((await source()).model, facts));
}

/** What a layer of that model gives, averaged over its positions where it has any. */
async function features(at: string, values: readonly number[]): Promise<number[]> {
  const [output] = predict(cut((await source()).model, at).network, [tf.tensor([...values], [1, HEIGHT, WIDTH, 3])]);
  if (output === undefined) throw new Error('no features');
  return [...(await (output.rank === 4 ? tf.mean(output, [1, 2]) : output).data())];
}

describe('graft train --backbone with an ONNX file', { timeout: 120_000 }, () => {
  it.each([
    ['a vector', 'pool', 'pool/map', 'frozen', []],
    ['a feature map', 'dw_relu', 'dw_relu', 'logistic', ['--cut', 'dw_relu']],
  ] as const)('cut at %s: the bundle predicts what its features and the new head give by hand', async (...cutAt) => {
    const [, layer, at, recipe, options] = cutAt;
    await inTemporaryFolder(async (folder) => {
      const [first = '', ...more] = await noise(join(folder, 'photos'));
      await onnx(folder, { preprocessing: { inputShape: [HEIGHT, WIDTH, 3], range: [-1, 1] } });
      const train = [
        'train',
        'photos',
        '--backbone',
        'mine.onnx',
        '--recipe',
        recipe,
        '--steps',
        '8',
        '--out',
        'model',
      ];
      const trained = await graft([...train, ...options], folder);
      expect(trained.code, trained.stderr).toBe(0);
      expect(trained.stderr).toContain(`cut after "${at}"`);
      expect(trained.stderr).not.toContain('is assumed');
      const written = (await readdir(join(folder, 'model'))).find((name) => name.endsWith('.onnx')) ?? '';
      expect(await readJson(join(folder, 'model/graft.json'))).toMatchObject({
        preprocessing: { inputShape: [HEIGHT, WIDTH, 3], range: [-1, 1] },
        trunk: { format: 'onnx', file: written, at },
        files: { [written]: { sha256: expect.stringMatching(/^[0-9a-f]{64}$/) } },
      });
      const told = await graft(['predict', 'model', first, more.at(-1) ?? '', '--json', '--top', '2'], folder);
      expect(told.code, told.stderr).toBe(0);
      const { model } = await loadBundle(fileStore(join(folder, 'model')), { headAlone: true });
      const answers = confidences(told.stdout);
      expect(answers.size).toBe(2);
      for (const [file, said] of answers) {
        const values = (await bytesOf(file)).map((byte) => (byte / 255) * 2 - 1);
        const wanted = await byHand(model, await features(layer, values));
        for (const [row, label] of ['bright', 'dark'].entries()) {
          expect(Math.abs((said.get(label) ?? Number.NaN) - (wanted[row] ?? Number.NaN))).toBeLessThan(1e-4);
        }
      }
    });
  });

  it('is evaluated as it was tested, calibrated too; is not exported; and a trunk that was changed is not run', async () => {
    await inTemporaryFolder(async (folder) => {
      await writeFile(join(folder, 'mine.onnx'), await exportOnnx(seedCnn({ seed: 1 })));
      const train = [
        'train',
        '--data',
        'sketches-target',
        '--labels',
        '100',
        '--backbone',
        'mine.onnx',
        '--out',
        'model',
        '--cut',
        'flatten',
      ];
      const trained = await graft([...train, '--steps', '60', '--calibrate', '--json'], folder);
      expect(trained.code, trained.stderr).toBe(0);
      const record: { testAccuracy: number; recipe: string } = JSON.parse(trained.stdout);
      expect(record.recipe).toBe('frozen');
      // Ten classes: by chance 0.1.
      expect(record.testAccuracy).toBeGreaterThan(0.25);
      const evaluate = ['evaluate', 'model', '--data', 'sketches-target', '--json', '--quiet'];
      const evaluated = await graft(evaluate, folder);
      expect(evaluated.code, evaluated.stderr).toBe(0);
      expect(JSON.parse(evaluated.stdout)).toMatchObject({ accuracy: record.testAccuracy });

      const refused = await graft(['export', 'model', '--out', 'm.onnx'], folder);
      expect(refused.code).toBe(2);
      expect(refused.stderr).toContain('a head on the features of an ONNX file');
      const again = await graft([...train, '--backbone', 'model', '--out', 'second'], folder);
      expect(again.code).toBe(2);
      expect(again.stderr).toContain('take the ONNX file itself');

      const file = (await readdir(join(folder, 'model'))).find((name) => name.endsWith('.onnx')) ?? '';
      const bytes = await readFile(join(folder, 'model', file));
      bytes[bytes.length - 100] = (bytes[bytes.length - 100] ?? 0) ^ 1;
      await writeFile(join(folder, 'model', file), bytes);
      const damaged = await graft(evaluate, folder);
      expect(damaged.code).not.toBe(0);
      expect(damaged.stderr).toContain('The manifest says');
    });
  });

  it('is compared with a graph model, and shows a learning rate', async () => {
    await inTemporaryFolder(async (folder) => {
      await noise(join(folder, 'photos'));
      await onnx(folder);
      await graphModel(join(folder, 'graph'), [HEIGHT, WIDTH, 3]);
      const compare = [
        'compare',
        '--source',
        'mine.onnx,graph',
        '--target',
        'photos',
        '--labels',
        'all',
        '--seeds',
        '1',
      ];
      const compared = await graft([...compare, '--recipes', 'logistic,knn', '--json'], folder);
      expect(compared.code, compared.stderr).toBe(0);
      const { runs }: { runs: { testAccuracy: number }[] } = JSON.parse(compared.stdout);
      expect(runs.map(({ testAccuracy }) => testAccuracy)).toEqual([1, 1, 1, 1]);

      await writeFile(join(folder, 'cnn.onnx'), await exportOnnx(seedCnn({ seed: 1 })));
      const find = [
        'find-rate',
        '--data',
        'sketches-target',
        '--labels',
        '60',
        '--backbone',
        'cnn.onnx',
        '--steps',
        '10',
      ];
      const found = await graft([...find, '--train', 'head', '--json'], folder);
      expect(found.code, found.stderr).toBe(0);
      expect((await graft(find, folder)).stderr).toContain('Nothing of cnn.onnx can be trained');
    });
  });

  it('says what to install, and is not loaded for what does not need it', async () => {
    await inTemporaryFolder(async (folder) => {
      const [picture = ''] = await noise(join(folder, 'photos'), 5);
      await onnx(folder);
      await graphModel(join(folder, 'graph'), [HEIGHT, WIDTH, 3]);
      const bare = without('onnxruntime-node', '@tensorflow/tfjs-converter');
      const train = ['train', 'photos', '--recipe', 'class-mean', '--backbone'];
      for (const [backbone, install] of [
        ['mine.onnx', 'npm install onnxruntime-node@1.23.2'],
        ['graph', 'npm install @tensorflow/tfjs-converter@4.22.0'],
      ] as const) {
        const { code, stderr } = await graft([...train, backbone, '--out', 'none'], folder, bare);
        expect(code).toBe(1);
        expect(stderr).toContain(install);
        expect((await graft([...train, backbone, '--out', `of-${backbone}`], folder)).code).toBe(0);
        const told = await graft(['predict', `of-${backbone}`, picture], folder, bare);
        expect(told.code).toBe(1);
        expect(told.stderr).toContain(install);
      }
      expect((await graft([...train, kerasFile('keras3.keras'), '--out', 'plain'], folder, bare)).code).toBe(0);
      const told = await graft(['predict', 'plain', picture], folder, bare);
      expect(told.code, told.stderr).toBe(0);
    });
  });

  it.each([
    ['a recipe that trains it', ['--recipe', 'lp-ft'], 'nothing of mine.onnx can be trained'],
    ['pasted pictures', ['--recipe', 'frozen+cutmix'], '"+cutmix" pastes pictures'],
    ['a tensor that it does not have', ['--cut', 'poool'], 'Did you mean "pool"'],
    ['another size', ['--image-size', '64'], 'cannot be made to take 64'],
  ])('refuses %s', async (_, options, message) => {
    await inTemporaryFolder(async (folder) => {
      await noise(join(folder, 'photos'), 3);
      await onnx(folder);
      const train = ['train', 'photos', '--backbone', 'mine.onnx', '--out', 'model', ...options];
      const { code, stdout, stderr } = await graft(train, folder);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toContain(message);
    });
  });
});
