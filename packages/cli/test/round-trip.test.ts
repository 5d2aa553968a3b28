import { access, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { graft, inTemporaryFolder, start } from './graft.js';

const TRAIN = ['train', '--data', 'sketches-target', '--backbone', 'sketches-source', '--source-steps', '30'];

describe('train → evaluate → predict', () => {
  it('agree with each other', async () => {
    await inTemporaryFolder(async (folder) => {
      const train = [...TRAIN, '--labels', '100', '--steps', '60', '--seed', '3', '--out', 'model', '--json'];
      const trained = await graft(train, folder);
      expect(trained.code, trained.stderr).toBe(0);
      const record: unknown = JSON.parse(trained.stdout);
      expect(record).toMatchObject({ format: 'graft-training', recipe: 'fine-tune', labels: 100, seed: 3, steps: 60 });
      expect(JSON.parse(await readFile(join(folder, 'model', 'record.json'), 'utf8'))).toEqual(record);
      expect(await readdir(join(folder, 'model'))).not.toContain('checkpoint');
      expect(JSON.parse(await readFile(join(folder, 'model', 'graft.json'), 'utf8'))).toMatchObject({
        target: { kind: 'classes', labels: expect.arrayContaining(['house']) },
        preprocessing: { inputShape: [28, 28, 1], range: [0, 1] },
        provenance: { recipe: 'fine-tune', seed: 3, data: 'sketches-target', versions: { tfjs: '4.22.0' } },
      });

      const evaluated = await graft(['evaluate', 'model', '--data', 'sketches-target', '--json'], folder);
      expect(evaluated.code, evaluated.stderr).toBe(0);
      const evaluation: { accuracy: number; confusion: number[][]; perClass: object[] } = JSON.parse(evaluated.stdout);
      const diagonal = evaluation.confusion.reduce((sum, row, truth) => sum + (row[truth] ?? 0), 0);
      expect(record).toMatchObject({ testAccuracy: evaluation.accuracy });
      expect(evaluation.accuracy).toBe(diagonal / 1000);
      // Far above guessing, which gives 0.1.
      expect(evaluation.accuracy).toBeGreaterThan(0.2);
      expect(evaluation.perClass).toHaveLength(10);

      const blank = { create: { width: 40, height: 30, channels: 3, background: '#000' } } as const;
      await sharp(blank).png().toFile(join(folder, 'picture.png'));
      await writeFile(join(folder, 'broken.png'), 'no picture');
      const files = ['picture.png', 'broken.png', 'missing.png', 'picture.png'];
      const predicted = await graft(['predict', 'model/', ...files, '--top', '3', '--json'], folder);
      expect(predicted.code, predicted.stderr).toBe(1);
      expect(predicted.stderr).toContain('broken.png cannot be read as a picture');
      const results: { file: string; error?: string; predictions?: { label: string; confidence: number }[] }[] =
        JSON.parse(predicted.stdout);
      expect(results.map((result) => 'error' in result)).toEqual([false, true, true, false]);
      expect(results[0]?.predictions).toHaveLength(3);
      expect(results[3]?.predictions).toEqual(results[0]?.predictions);

      const told = await graft(['predict', 'model', 'picture.png', '--quiet'], folder);
      expect({ code: told.code, stderr: told.stderr }).toEqual({ code: 0, stderr: '' });
      expect(told.stdout).toMatch(/^picture\.png: \S+ \d+\.\d %\n$/);

      const other = await graft(['evaluate', 'picture.png', '--data', 'sketches-target'], folder);
      expect(other.code).toBe(2);
    });
  }, 120_000);
});

describe('graft train --calibrate', () => {
  it('holds examples out, puts the temperature into the bundle, and says what it did on the test data', async () => {
    await inTemporaryFolder(async (folder) => {
      const train = [...TRAIN, '--labels', '100', '--steps', '150', '--seed', '3', '--calibrate', '--out', 'model'];
      const trained = await graft(train, folder);
      expect(trained.code, trained.stderr).toBe(0);
      expect(trained.stderr).toContain('20 of 100 labelled examples are held out');
      expect(trained.stdout).toMatch(/calibration: temperature \d+\.\d\d, by 20 examples; expected calibration error/);
      const record: {
        labels: number;
        testLoss: number;
        calibration: { temperature: number; lossBefore: number; lossAfter: number };
      } = JSON.parse(await readFile(join(folder, 'model', 'record.json'), 'utf8'));
      expect(record.labels).toBe(80);
      expect(record.calibration.lossAfter).toBeLessThanOrEqual(record.calibration.lossBefore);
      const bundle: { provenance: object } = JSON.parse(await readFile(join(folder, 'model', 'graft.json'), 'utf8'));
      expect(bundle.provenance).toMatchObject({ calibration: { temperature: record.calibration.temperature } });
      // The saved model is the calibrated one: its log loss is the record's.
      const evaluated = await graft(['evaluate', 'model', '--data', 'sketches-target', '--json'], folder);
      const { logLoss }: { logLoss: number } = JSON.parse(evaluated.stdout);
      expect(logLoss).toBeCloseTo(record.testLoss, 5);
    });
  }, 120_000);
});

describe('Ctrl-C in training', () => {
  // The second is interrupted in its second phase, whose checkpoint is a file of its own.
  it.each([
    ['fine-tune', 'checkpoint.safetensors'],
    ['lp-ft+swa', 'phase2-checkpoint.safetensors'],
  ])(
    '%s ends with 130, keeps a checkpoint, and the resumed run equals one never interrupted',
    async (recipe, file) => {
      await inTemporaryFolder(async (folder) => {
        const source = [...TRAIN.slice(0, -1), '2', '--recipe', recipe];
        const train = [...source, '--labels', '64', '--steps', '200', '--batch-size', '8'];
        const whole = graft([...train, '--out', 'whole'], folder);
        const running = start([...train, '--out', 'parts', '--checkpoint-every', '10'], folder);
        await appears(join(folder, 'parts', 'checkpoint', file));
        running.interrupt();
        const interrupted = await running.ended;
        expect({ code: interrupted.code, stdout: interrupted.stdout }).toEqual({ code: 130, stdout: '' });
        expect(interrupted.stderr).toContain('with --resume goes on from it');

        const again = await graft([...train, '--out', 'parts'], folder);
        expect(again.code).toBe(2);
        expect(again.stderr).toContain('holds an interrupted run');

        const resumed = await graft([...train, '--out', 'parts', '--resume'], folder);
        expect(resumed.code, resumed.stderr).toBe(0);
        expect((await whole).code).toBe(0);
        const weights = async (out: string): Promise<string[]> =>
          (await readdir(join(folder, out))).filter((name) => name.startsWith('weights-'));
        // Shards are named by the sha256 of their bytes.
        expect(await weights('parts')).toEqual(await weights('whole'));
        expect(await weights('parts')).toHaveLength(1);
      });
    },
    120_000,
  );
});

async function appears(path: string): Promise<void> {
  for (let tries = 0; tries < 6000; tries++) {
    const there = await access(path).then(
      () => true,
      () => false,
    );
    if (there) return;
    await new Promise((resolve) => {
      setTimeout(resolve, 10);
    });
  }
  throw new Error(`${path} did not appear.`);
}
