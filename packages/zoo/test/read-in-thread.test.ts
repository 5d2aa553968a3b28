import { readFile } from 'node:fs/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { readH5 } from '../src/keras/h5/h5-file.js';
import { readInThread } from '../src/keras/h5/read-in-thread.js';

const fixture = (name: string): Promise<Uint8Array> => readFile(new URL(`fixtures/${name}`, import.meta.url));

/** A file whose heap of texts has free space of no size, at which the HDF5 library runs in circles. */
async function endless(): Promise<Uint8Array> {
  const bytes = new Uint8Array(await fixture('keras2.h5'));
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let heaps = 0;
  for (let at = 0; at + 16 <= bytes.length; at += 8) {
    if (view.getUint32(at, true) !== 0x4c4f_4347) continue;
    heaps++;
    const end = at + Number(view.getBigUint64(at + 8, true));
    let object = at + 16;
    while (object + 16 <= end && view.getUint16(object, true) !== 0) {
      object += 16 + Math.ceil(Number(view.getBigUint64(object + 8, true)) / 8) * 8;
    }
    view.setBigUint64(object + 8, 0n, true);
  }
  if (heaps === 0) throw new Error('the fixture has no heap');
  return bytes;
}

afterEach(() => {
  vi.restoreAllMocks();
});

// The first here: a thread that is there is used again.
it('where no thread can be had, HDF5 files are read at once, with the same outcome', async () => {
  const hidden = vi.spyOn(process, 'getBuiltinModule').mockReturnValue(undefined);
  expect(await readInThread(await fixture('keras2.h5'))).toBeUndefined();
  const atOnce = await readH5(await fixture('keras2.h5'), 'keras2.h5');
  hidden.mockRestore();
  const inThread = await readH5(await fixture('keras2.h5'), 'keras2.h5');
  const group = 'model_weights';
  expect(inThread.texts(group, 'layer_names')).not.toEqual([]);
  expect(atOnce.texts(group, 'layer_names')).toEqual(inThread.texts(group, 'layer_names'));
  expect(atOnce.text('', 'model_config')).toBe(inThread.text('', 'model_config'));
  for (const layer of inThread.texts(group, 'layer_names') ?? []) {
    for (const name of inThread.texts(`${group}/${layer}`, 'weight_names') ?? []) {
      const path = `${group}/${layer}/${name}`;
      expect(atOnce.array(path)?.read(), path).toEqual(inThread.array(path)?.read());
    }
  }
});

describe('HDF5 files are read in a thread', () => {
  it('which gives groups, texts and numbers', async () => {
    const bytes = await fixture('keras2.h5');
    const before = Uint8Array.from(bytes);
    const tree = await readInThread(bytes);
    expect(tree?.groups.get('')?.keys).toContain('model_weights');
    expect(tree?.groups.get('')?.texts.get('model_config')).toMatch(/^\{"class_name"/);
    const arrays = [...(tree?.arrays.values() ?? [])];
    expect(arrays.length).toBeGreaterThan(1);
    for (const { shape, values } of arrays) {
      expect(values?.length).toBe(shape.reduce((size, side) => size * side, 1));
    }
    expect(bytes, 'the file is not taken away').toEqual(Buffer.from(before));
  });

  it('that is ended when a file makes the library run in circles, and the next file is read', async () => {
    const file = await endless();
    const start = performance.now();
    await expect(readInThread(file)).rejects.toThrow(/did not end within 1.5 s/);
    expect(performance.now() - start).toBeGreaterThan(1400);
    expect((await readInThread(await fixture('keras2.h5')))?.groups.has('model_weights')).toBe(true);
  });

  it('one after another, however many at once', async () => {
    const sound = await fixture('keras2.h5');
    const read = await Promise.allSettled([sound, sound.slice(0, 900), sound].map((bytes) => readInThread(bytes)));
    expect(read.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });

  it('and such a heap is refused before, for pages have no such thread', async () => {
    await expect(readH5(await endless(), 'endless.h5')).rejects.toMatchObject({
      code: 'corrupt',
      message: expect.stringMatching(/The heap at byte \d+ of endless.h5 claims sizes that do not add up/),
    });
  });
});
