import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import sharp, { type Sharp } from 'sharp';
import { cpu } from '@graft-ml/backend-cpu';
import { createRng, useBackend } from '@graft-ml/core';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { disposeBatch } from '../src/index.js';
import { listCsv, listPictures, loadPictures, usualPicture, type LoadPicturesOptions } from '../src/node/index.js';

let root: string;

beforeAll(() => useBackend(cpu()));
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'graft-pictures-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

/** A picture of seeded soft blobs: different seeds give pictures that do not look alike. */
function blobs(seed: number, size = 64): Sharp {
  const rng = createRng(seed).fork('blobs');
  const coarse = Uint8Array.from({ length: 6 * 6 * 3 }, () => rng.int(256));
  return sharp(coarse, { raw: { width: 6, height: 6, channels: 3 } }).resize({
    width: size,
    height: size,
    fit: 'fill',
  });
}

async function put(name: string, contents: Uint8Array | string | number): Promise<void> {
  const path = join(root, name);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, typeof contents === 'number' ? await blobs(contents).png().toBuffer() : contents);
}

const options = (seed = 0): LoadPicturesOptions => ({ height: 16, width: 16, channels: 3, rng: createRng(seed) });
const namesOf = (items: readonly { readonly name: string }[]): string[] => items.map(({ name }) => name);

describe('listPictures', () => {
  it('takes folders for classes, nested folders for their members, and any case of ending', async () => {
    for (const name of [
      'b/1.JPG',
      'b/deep/er/2.Jpeg',
      'a/1.png',
      'a/notes.txt',
      'a/.DS_Store',
      'a/Thumbs.db',
      'top.png',
    ])
      await put(name, '');
    const { target, items, ignored } = await listPictures(root);
    expect(target).toEqual({ kind: 'classes', labels: ['a', 'b'] });
    expect(namesOf(items)).toEqual(['a/1.png', 'b/1.JPG', 'b/deep/er/2.Jpeg']);
    expect(items.map(({ target: [id], split }) => [id, split])).toEqual([
      [0, undefined],
      [1, undefined],
      [1, undefined],
    ]);
    expect(namesOf(ignored)).toEqual(['top.png', 'a/notes.txt']);
  });

  it('knows parts by their names', async () => {
    for (const name of ['Train/a/1.png', 'Train/b/1.png', 'val/a/2.png', 'TEST/b/3.png']) await put(name, '');
    const { items } = await listPictures(root);
    expect(items.map(({ name, split }) => `${name} ${split}`).sort()).toEqual([
      'TEST/b/3.png test',
      'Train/a/1.png train',
      'Train/b/1.png train',
      'val/a/2.png validation',
    ]);
  });

  it('follows links, but not in circles', async () => {
    await put('elsewhere/x.png', '');
    for (const name of ['data/a/1.png', 'data/b/1.png']) await put(name, '');
    await symlink(join(root, 'elsewhere'), join(root, 'data/a/linked'));
    await symlink(join(root, 'elsewhere/x.png'), join(root, 'data/b/x.png'));
    await symlink(join(root, 'data'), join(root, 'data/a/circle'));
    await symlink(join(root, 'nowhere'), join(root, 'data/b/broken.png'));
    expect(namesOf((await listPictures(join(root, 'data'))).items)).toEqual([
      'data/a/1.png'.slice(5),
      'a/linked/x.png',
      'b/1.png',
      'b/x.png',
    ]);
  });

  it.each([
    ['no folder at all', [], /There is no folder/],
    ['no classes', ['data/1.png'], /no folders of classes, but 1 pictures of its own/],
    ['one class', ['data/ants/1.png'], /only one class, "ants"/],
    ['a class without pictures', ['data/a/1.png', 'data/b/notes.txt'], /The class "b" has no pictures/],
    [
      'an unknown class in a part',
      ['data/train/a/1.png', 'data/train/b/1.png', 'data/test/c/1.png'],
      /has the class "c"/,
    ],
    ['folders beside the parts', ['data/train/a/1.png', 'data/other/b/1.png'], /beside them "other"/],
    [
      'a part twice',
      ['data/train/a/1.png', 'data/train/b/1.png', 'data/val/a/2.png', 'data/valid/a/3.png'],
      /two folders/,
    ],
  ])('refuses %s with words', async (_, names, message) => {
    for (const name of names) await put(name, '');
    await expect(listPictures(join(root, 'data'))).rejects.toThrow(message);
  });
});

describe('loadPictures', () => {
  it('decodes, lists what it cannot read, and splits by class', async () => {
    for (let at = 0; at < 10; at++) await put(`a/${at}.png`, at);
    for (let at = 0; at < 5; at++) await put(`b/${at}.png`, 100 + at);
    await put('a/broken.png', 'no picture');
    await put('a/half.jpg', (await blobs(7).jpeg().toBuffer()).subarray(0, 500));
    await put('b/phone.HEIC', Uint8Array.from([0, 0, 0, 24, ...new TextEncoder().encode('ftypheic'), 0, 0, 0, 0]));
    const list = await listPictures(root);
    expect(await usualPicture(list)).toEqual({ side: 64, grey: false });
    const loaded = await loadPictures(list, options());
    expect(loaded.testFrom).toBe('split');
    expect([loaded.train.size, loaded.test.size]).toEqual([12, 3]);
    expect(loaded.test.classes?.toSorted()).toEqual(Int32Array.of(0, 0, 1));
    expect(loaded.skipped.map(({ name }) => name)).toEqual(['a/broken.png', 'a/half.jpg', 'b/phone.HEIC']);
    expect(loaded.skipped[2]?.reason).toContain('export it as JPEG');
    const tensors = tf.memory().numTensors;
    const batch = await loaded.train.batch([11, 0]);
    expect(batch.inputs[0]?.shape).toEqual([2, 16, 16, 3]);
    const values = await batch.inputs[0]?.data();
    expect(Math.min(...(values ?? []))).toBeGreaterThanOrEqual(0);
    expect(Math.max(...(values ?? []))).toBeLessThanOrEqual(1);
    disposeBatch(batch);
    expect(tf.memory().numTensors).toBe(tensors);
  });

  it('gives the same pixels from the cache and from the file, and the same split for the same seed', async () => {
    for (let at = 0; at < 6; at++) await put(`${at % 2 === 0 ? 'a' : 'b'}/${at}.png`, at);
    const list = await listPictures(root);
    const all = async (cacheBytes: number, seed = 0): Promise<{ pixels: number[]; fingerprint: string }> => {
      const { train } = await loadPictures(list, { ...options(seed), cacheBytes, range: [-1, 1] });
      const batch = await train.batch(Int32Array.from({ length: train.size }, (_, at) => at));
      const pixels = [...((await batch.inputs[0]?.data()) ?? [])];
      disposeBatch(batch);
      return { pixels, fingerprint: await train.fingerprint() };
    };
    const kept = await all(2 ** 20);
    expect(await all(0)).toEqual(kept);
    expect((await all(0, 5)).fingerprint).not.toBe(kept.fingerprint);
  });

  it('reports test pictures that are in the training part, also in another format and size', async () => {
    for (let at = 0; at < 4; at++) await put(`train/${at % 2 === 0 ? 'a' : 'b'}/${at}.png`, at);
    await put('val/a/same.png', 0);
    await put('val/a/smaller.jpg', await blobs(2, 40).jpeg({ quality: 60 }).toBuffer());
    await put('val/b/mislabelled.png', 2);
    await put('val/b/new.png', 50);
    const loaded = await loadPictures(await listPictures(root), { ...options(), height: 48, width: 48 });
    expect(loaded.testFrom).toBe('validation');
    expect(loaded.leaks).toEqual([
      { kind: 'identical', train: 'train/a/0.png', test: 'val/a/same.png', disagree: false },
      { kind: 'near-identical', train: 'train/a/2.png', test: 'val/a/smaller.jpg', disagree: false },
      { kind: 'identical', train: 'train/a/2.png', test: 'val/b/mislabelled.png', disagree: true },
    ]);
  });

  it('keeps copies on one side of its own split', async () => {
    // Every picture twice: whichever copy is drawn for the test goes back to its twin.
    for (let at = 0; at < 12; at++) await put(`${at < 6 ? 'a' : 'b'}/${at}.png`, at < 2 || at === 7 ? 3 : at);
    const { names } = await loadPictures(await listPictures(root), { ...options(), testFraction: 0.4 });
    const copies = ['a/0.png', 'a/1.png', 'a/3.png', 'b/7.png'];
    const inTest = copies.filter((name) => names.test.includes(name));
    expect([0, copies.length]).toContain(inTest.length);
  });

  it('refuses a class of which nothing can be read, and stops when asked to', async () => {
    await put('a/1.png', 1);
    await put('b/1.png', 'no picture');
    const list = await listPictures(root);
    await expect(loadPictures(list, options())).rejects.toThrow(/class "b".*b\/1\.png/);
    await expect(loadPictures(list, { ...options(), signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'cancelled',
    });
  });
});

describe('listCsv', () => {
  const listed = async (text: string): ReturnType<typeof listCsv> => {
    await writeFile(join(root, 'list.csv'), text);
    return listCsv(join(root, 'list.csv'));
  };

  it('reads paths, classes and parts, and loads them', async () => {
    for (const at of [0, 1, 2, 3]) await put(`pictures/${at}.png`, at);
    const list = await listed(
      'id,path,label,split\n1,pictures/0.png,b,train\n2,pictures/1.png,a,train\n3,pictures/2.png,a,test\n4,pictures/9.png,a,train\n',
    );
    expect(list.target).toEqual({ kind: 'classes', labels: ['a', 'b'] });
    expect(list.items.map(({ name, split, target: [id] }) => `${name} ${split} ${id}`)).toEqual([
      'pictures/0.png train 1',
      'pictures/1.png train 0',
      'pictures/2.png test 0',
      'pictures/9.png train 0',
    ]);
    const loaded = await loadPictures(list, options());
    expect([loaded.train.size, loaded.test.size, loaded.skipped[0]?.name]).toEqual([2, 1, 'pictures/9.png']);
  });

  it('takes numbers with decimals for values', async () => {
    for (const at of [0, 1, 2, 3]) await put(`${at}.png`, at);
    const list = await listed('file,value\n0.png,1.5\n1.png,2\n2.png,-3\n3.png,0.25\n');
    expect(list.target).toEqual({ kind: 'values', names: ['value'] });
    const { train, test } = await loadPictures(list, options());
    expect([train.size, test.size]).toEqual([3, 1]);
    const batch = await train.batch([0]);
    expect(batch.targets.shape).toEqual([1, 1]);
    disposeBatch(batch);
  });

  it.each([
    ['path,label\n../up.png,a\nb.png,b\n', /outside the CSV's folder/],
    ['path,label\n/etc/passwd,a\nb.png,b\n', /outside the CSV's folder/],
    ['path,label\nC:\\a.png,a\nb.png,b\n', /outside the CSV's folder/],
    ['path,label\nx\\..\\..\\a.png,a\nb.png,b\n', /outside the CSV's folder/],
    ['path,label\na.png,a\nb.png,a\n', /only one class/],
    ['path,label\na.png,a\nb.png,""\n', /rows without a label/],
    ['path,label,split\na.png,a,trian\nb.png,b,train\n', /the part "trian"/],
  ])('refuses %j', async (text, message) => {
    await expect(listed(text)).rejects.toThrow(message);
  });
});
