import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tmpdir } from 'node:os';
import { cpu } from '@graft-ml/backend-cpu';
import { decodeSafetensors, loadBundle, networkOf, saveBundle, useBackend } from '@graft-ml/core';
import { fileStore } from '@graft-ml/core/node';
import { seedCnn } from '@graft-ml/zoo';
import { graft } from './graft.js';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'graft-export-'));
  await useBackend(cpu());
  await saveBundle(fileStore(join(folder, 'model')), seedCnn({ seed: 1, classes: 3, inputShape: [28, 28, 3] }), {
    target: { kind: 'classes', labels: ['ant', 'bee', '</script>'] },
    preprocessing: { inputShape: [28, 28, 3], range: [-1, 1] },
    provenance: { testAccuracy: 0.8 },
  });
  const pixels = Buffer.from(Array.from({ length: 28 * 28 * 3 }, (_, at) => (at * 37) % 256));
  await sharp(pixels, { raw: { width: 28, height: 28, channels: 3 } })
    .png()
    .toFile(join(folder, 'noise.png'));
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

describe('graft export', { timeout: 120_000 }, () => {
  it('writes ONNX that says of a picture what graft predict says', async () => {
    const exported = await graft(['export', 'model', '--out', 'model.onnx', '--json', '--quiet'], folder);
    expect(exported).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(exported.stdout)).toMatchObject({
      format: 'onnx',
      files: [{ path: 'model.onnx' }],
      inputShape: [28, 28, 3],
      range: [-1, 1],
      outputs: ['ant', 'bee', '</script>'],
    });
    const said = await graft(['predict', 'model', 'noise.png', '--top', '3', '--json', '--quiet'], folder);
    const [{ predictions }]: [{ predictions: { label: string; confidence: number }[] }] = JSON.parse(said.stdout);
    const pixels = await sharp(join(folder, 'noise.png')).raw().toBuffer();
    const plane = 28 * 28;
    const data = Float32Array.from(pixels, (_, at) => {
      const channel = Math.floor(at / plane);
      return ((pixels[(at % plane) * 3 + channel] ?? 0) / 255) * 2 - 1;
    });
    const session = await InferenceSession.create(await readFile(join(folder, 'model.onnx')));
    const { output } = await session.run({ input: new Tensor('float32', data, [1, 3, 28, 28]) });
    for (const { label, confidence } of predictions) {
      const at = ['ant', 'bee', '</script>'].indexOf(label);
      expect(Math.abs(Number(output?.data[at]) - confidence)).toBeLessThan(1e-4);
    }
    await session.release();
  });

  it('writes Keras files, safetensors and TensorFlow.js models', async () => {
    for (const [name, begins] of [
      ['model.keras', 'PK'],
      ['model.h5', '\u0089HDF'],
    ] as const) {
      expect((await graft(['export', 'model', '--out', name], folder)).code).toBe(0);
      expect((await readFile(join(folder, name))).toString('latin1')).toMatch(new RegExp(`^${begins}`));
    }
    expect((await graft(['export', 'model', '--out', 'out/model.safetensors'], folder)).code).toBe(0);
    const { arrays, metadata } = decodeSafetensors(await readFile(join(folder, 'out/model.safetensors')), 'it');
    expect([...arrays.keys()]).toContain('conv1/kernel');
    expect(metadata['graft.target']).toContain('"bee"');
    const { code, stdout } = await graft(['export', 'model', '--to', 'tfjs', '--out', 'tfjs'], folder);
    expect(code).toBe(0);
    expect(stdout).toContain("tf.loadLayersModel('tfjs/model.json')");
    const { model, manifest } = await loadBundle(fileStore(join(folder, 'tfjs')));
    expect(manifest).toMatchObject({ provenance: { testAccuracy: 0.8 }, preprocessing: { range: [-1, 1] } });
    expect(networkOf(model).nodes.map(({ path }) => path)).toContain('head');
  });

  it('writes a page with the model and the engine inside, whatever its labels are', async () => {
    const { code, stdout } = await graft(['export', 'model', '--web', '--out', 'site'], folder);
    expect(code).toBe(0);
    expect(stdout).toContain('index.html');
    const html = await readFile(join(folder, 'site/index.html'), 'utf8');
    expect(html).toContain('it named 80.0 % rightly');
    // The model's end is the script's, and nothing is fetched.
    expect(html.split('id="graft-model"')).toHaveLength(2);
    expect(html).not.toMatch(/<(script|link|img)[^>]+(src|href)="http/);
  });

  it.each([
    [['--out', 'model.bin'], 'does not say what to write'],
    [['--to', 'tfjs', '--out', 'model.onnx'], 'ends like onnx'],
    [['--to', 'onnx', '--web', '--out', 'x.onnx'], 'Both --web and --to onnx'],
    [['--to', 'flax', '--out', 'x'], 'flax'],
    [[], '--out <path>'],
  ])('refuses %j', async (args, why) => {
    const { code, stderr } = await graft(['export', 'model', ...args], folder);
    expect(code).toBe(2);
    expect(stderr).toContain(why);
  });

  it('says that there is no model, or a file where a folder should be, and writes nothing', async () => {
    const missing = await graft(['export', 'nowhere', '--out', 'nothing.onnx'], folder);
    expect(missing.code).toBe(2);
    expect(missing.stderr).toContain('There is no model in nowhere');
    await expect(stat(join(folder, 'nothing.onnx'))).rejects.toThrow('ENOENT');
    await writeFile(join(folder, 'taken'), '');
    const taken = await graft(['export', 'model', '--web', '--out', 'taken'], folder);
    expect(taken.code).toBe(2);
    expect(taken.stderr).toContain('taken is a file');
  });
});
