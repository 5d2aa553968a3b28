import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { graft, inTemporaryFolder } from './graft.js';

/** Light circles on dark and dark bars on light, of different sizes and places: easy to tell apart, all different. */
async function draw(path: string, label: 'circles' | 'bars', at: number): Promise<void> {
  const place = 20 + ((at * 37) % 40);
  const shape =
    label === 'circles'
      ? `<circle cx="${place}" cy="${90 - place}" r="${12 + (at % 7)}" fill="#eee"/>`
      : `<rect x="${place - 10}" y="5" width="${10 + (at % 5)}" height="${60 + place / 2}" fill="#222"/>`;
  const ground = label === 'circles' ? '#113' : '#dd9';
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="100" height="90"><rect width="100" height="90" fill="${ground}"/>${shape}</svg>`;
  await mkdir(dirname(path), { recursive: true });
  await sharp(Buffer.from(svg)).jpeg().toFile(path);
}

async function photos(folder: string, count = 12): Promise<void> {
  for (let at = 0; at < count; at++) {
    for (const label of ['circles', 'bars'] as const) await draw(join(folder, label, `${at}.jpg`), label, at);
  }
}

describe('graft train photos/', () => {
  it('trains, tests, reports and predicts with nothing but a folder and an output', async () => {
    await inTemporaryFolder(async (folder) => {
      await photos(join(folder, 'photos'));
      await writeFile(join(folder, 'photos', 'bars', 'broken.jpg'), 'no picture');
      const train = ['train', 'photos/', '--out', 'model/', '--steps', '60', '--json'];
      // No backbone is cached here, and the network is off: the one that ships has to do, and that is said.
      const trained = await graft([...train, '--offline'], folder);
      expect(trained.code, trained.stderr).toBe(0);
      expect(trained.stderr).toMatch(/seed-cnn\/mnist is used/);
      const record: unknown = JSON.parse(trained.stdout);
      expect(record).toMatchObject({
        recipe: 'frozen',
        backbone: 'seed-cnn/mnist',
        data: { name: 'photos', trainExamples: 20, testExamples: 4, labels: ['bars', 'circles'] },
        testAccuracyInterval: { high: 1 },
        skipped: [{ name: 'bars/broken.jpg' }],
        remarks: [expect.stringContaining('bars/broken.jpg')],
      });
      expect(record).toHaveProperty(
        'testAccuracy',
        expect.toSatisfy((accuracy: number) => accuracy >= 0.75),
      );
      expect(await readdir(join(folder, 'model'))).toEqual(
        expect.arrayContaining(['graft.json', 'model-card.md', 'model.json', 'record.json', 'report.html']),
      );
      const card = await readFile(join(folder, 'model', 'model-card.md'), 'utf8');
      expect(card).toContain('| circles |');
      expect(card).toContain('bars/broken.jpg');

      const table = await graft(['predict', 'model/', 'photos/circles', '--csv', '--quiet'], folder);
      expect(table.code, table.stderr).toBe(0);
      const [header, ...lines] = table.stdout.trimEnd().split('\n');
      expect(header).toBe('file,rank,label,confidence,error');
      expect(lines).toHaveLength(12);
      expect(lines.filter((line) => line.includes(',1,circles,')).length).toBeGreaterThanOrEqual(10);

      const list = 'photos/bars/1.jpg\nphotos/bars/broken.jpg\n';
      const listed = await graft(['predict', 'model/', '-', '--json', '--quiet'], folder, {}, list);
      expect(listed.code).toBe(1);
      expect(JSON.parse(listed.stdout)).toMatchObject([
        { file: 'photos/bars/1.jpg', predictions: [{ label: 'bars' }] },
        { file: 'photos/bars/broken.jpg', error: expect.stringContaining('cannot be read as a picture') },
      ]);
      const empty = await graft(['predict', 'model/', '-'], folder);
      expect({ code: empty.code, stderr: empty.stderr }).toEqual({
        code: 2,
        stderr: expect.stringContaining('no pictures in the list on stdin'),
      });
    });
  }, 120_000);

  it('streams features above --feature-memory through the cache folder, to the same model', async () => {
    await inTemporaryFolder(async (folder) => {
      await photos(join(folder, 'photos'), 6);
      const cache = join(folder, 'cache');
      const train = ['train', 'photos', '--backbone', 'seed-cnn/mnist', '--steps', '8', '--json', '--quiet', '--out'];
      const env = { GRAFT_CACHE_DIR: cache };
      const held = await graft([...train, 'held'], folder, env);
      expect(held.code, held.stderr).toBe(0);
      await expect(readdir(join(cache, 'features'))).rejects.toThrow('ENOENT');
      const streamed = await graft([...train, 'streamed', '--feature-memory', '0'], folder, env);
      expect(streamed.code, streamed.stderr).toBe(0);
      expect((await readdir(join(cache, 'features'))).length).toBeGreaterThan(0);
      const weights = async (out: string): Promise<Buffer[]> => {
        const files = (await readdir(join(folder, out))).filter((name) => name.endsWith('.bin')).toSorted();
        return Promise.all(files.map((name) => readFile(join(folder, out, name))));
      };
      expect((await weights('held')).length).toBeGreaterThan(0);
      expect(await weights('streamed')).toEqual(await weights('held'));
    });
  }, 240_000);

  it('tells of test pictures that it trains on, and of uneven classes', async () => {
    await inTemporaryFolder(async (folder) => {
      await photos(join(folder, 'photos', 'train'), 4);
      for (let at = 20; at < 32; at++) await draw(join(folder, 'photos', 'train', 'bars', `${at}.jpg`), 'bars', at);
      await draw(join(folder, 'photos', 'test', 'bars', 'new.jpg'), 'bars', 50);
      await draw(join(folder, 'photos', 'test', 'circles', 'known.jpg'), 'circles', 2);
      const { code, stderr } = await graft(
        ['train', 'photos', '--out', 'model', '--backbone', 'seed-cnn/mnist', '--steps', '2'],
        folder,
      );
      expect(code, stderr).toBe(0);
      expect(stderr).toContain('test/circles/known.jpg is identical to train/circles/2.jpg');
      expect(stderr).toContain('16 pictures of "bars" and 4 of "circles"');
    });
  }, 60_000);

  it('trains on views of the pictures, with classes that count the same', async () => {
    await inTemporaryFolder(async (folder) => {
      await photos(join(folder, 'photos'), 6);
      for (let at = 20; at < 34; at++) await draw(join(folder, 'photos', 'bars', `${at}.jpg`), 'bars', at);
      const train = ['train', 'photos', '--out', 'model', '--backbone', 'seed-cnn/mnist', '--steps', '20', '--json'];
      const { code, stdout, stderr } = await graft(
        [...train, '--augment', 'flip,rotate=5', '--views', '3', '--class-weights', 'balanced'],
        folder,
      );
      expect(code, stderr).toBe(0);
      // 17 and 5 are left to train on: one that was drawn to test is like one of them, and goes back.
      expect(JSON.parse(stdout)).toMatchObject({
        labels: 22,
        augmentation: { changes: { flip: 0.5, rotate: 5 }, views: 3 },
        classWeights: [22 / 34, 22 / 10],
        inputShape: [28, 28, 1],
      });
      expect(stderr).toContain('They are weighted to count the same.');
      const wrong = await graft([...train, '--restart', '--image-size', '56'], folder);
      expect(wrong.code).toBe(2);
      expect(wrong.stderr).toContain('does not take pictures of 56 × 56 pixels');
    });
  }, 120_000);

  it('learns to tell numbers that a CSV lists, and tells them in their own unit', async () => {
    await inTemporaryFolder(async (folder) => {
      await photos(join(folder, 'photos'), 12);
      const files = (await readdir(join(folder, 'photos', 'bars'))).map((file) => `bars/${file}`);
      const rows = files.map((file) => `${file},${1000.5 + 10 * Number.parseInt(file.slice(5), 10)}`);
      await writeFile(join(folder, 'photos', 'list.csv'), ['path,width', ...rows].join('\n'));
      const train = ['train', 'photos/list.csv', '--backbone', 'seed-cnn/mnist', '--steps', '40', '--out', 'model'];
      const weighted = await graft([...train, '--class-weights', 'balanced'], folder);
      expect({ code: weighted.code, stderr: weighted.stderr }).toEqual({
        code: 2,
        stderr: expect.stringContaining('has no classes'),
      });
      const trained = await graft(train, folder);
      expect(trained.code, trained.stderr).toBe(0);
      expect(trained.stdout).toMatch(/width: R² .* mean absolute error .* on 2 pictures/);
      expect(trained.stdout).toContain('graft predict model photo.jpg');
      const record: unknown = JSON.parse(await readFile(join(folder, 'model', 'record.json'), 'utf8'));
      expect(record).toMatchObject({ labels: 10, data: { labels: ['width'] }, worst: [{}, {}] });
      expect(await readFile(join(folder, 'model', 'report.html'), 'utf8')).toContain('<circle');
      expect(await readFile(join(folder, 'model', 'model-card.md'), 'utf8')).toContain('Tells width.');
      const told = await graft(['predict', 'model', 'photos/bars', '--json', '--quiet'], folder);
      const values: { values: { name: string; value: number }[] }[] = JSON.parse(told.stdout);
      expect(values).toHaveLength(12);
      for (const { values: each } of values) {
        expect(each).toMatchObject([{ name: 'width' }]);
        expect(each[0]?.value).toBeGreaterThan(900);
        expect(each[0]?.value).toBeLessThan(1250);
      }
    });
  }, 120_000);

  it.each([
    ['one class', ['train', 'photos', '--out', 'm'], 'only one class, "bars"'],
    ['no folder', ['train', 'nowhere', '--out', 'm'], 'There is no folder'],
    ['pictures and a data set', ['train', 'photos', '--data', 'mnist', '--out', 'm'], 'Leave one of them out'],
    ['nothing', ['train', '--out', 'm'], 'neither a folder of pictures nor --data'],
  ])(
    'refuses %s',
    async (_, args, message) => {
      await inTemporaryFolder(async (folder) => {
        await draw(join(folder, 'photos', 'bars', '1.jpg'), 'bars', 1);
        const { code, stdout, stderr } = await graft(args, folder);
        expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
        expect(stderr).toContain(message);
      });
    },
    30_000,
  );
});
