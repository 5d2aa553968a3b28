/*
 * Every parser that is fed from outside, but for those of models made elsewhere (packages/zoo/test), with damaged files: 300 each,
 * and 10,000 in the full suite.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, it } from 'vitest';
import * as layers from '@tensorflow/tfjs-layers';
import { wasm } from '@graft-ml/backend-wasm';
import {
  CAFFE_SCALE,
  decodeSafetensors,
  encodeSafetensors,
  loadBundle,
  memoryStore,
  openBundleFile,
  parseManifest,
  saveBundle,
  saveBundleFile,
  useBackend,
  type Store,
} from '@graft-ml/core';
import { gunzip, parseIdx } from '@graft-ml/datasets/idx';
import { listCsv } from '@graft-ml/datasets/node';
import { fitTableForm, parseTable, tableDataset } from '@graft-ml/datasets/table';
import { withstands } from '../../packages/zoo/test/mutate.js';

const LONG = 1_800_000;
let folder: string;

beforeAll(async () => {
  await useBackend(wasm());
  folder = await mkdtemp(join(tmpdir(), 'graft-damaged-'));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

/** A parser that returns at once, as one that is waited for. */
const soon =
  (parse: (bytes: Uint8Array<ArrayBuffer>) => unknown) =>
  async (bytes: Uint8Array<ArrayBuffer>): Promise<void> => {
    await Promise.resolve();
    parse(bytes);
  };

const small = (): layers.LayersModel =>
  layers.sequential({
    name: 'small',
    layers: [
      layers.layers.dense({
        units: 2,
        inputShape: [3],
        activation: 'softmax',
        name: 'fc',
        // The same file every time, so that what one run finds the next one finds again.
        kernelInitializer: layers.initializers.ones(),
      }),
    ],
  });

const facts = {
  target: { kind: 'classes' as const, labels: ['ants', 'bees'] },
  preprocessing: { inputShape: [3], ...CAFFE_SCALE },
  frozen: ['fc/bias'],
  provenance: { seed: 3, nested: { data: ['x'] } },
};

async function bundle(): Promise<Store> {
  const store = memoryStore('whole');
  await saveBundle(store, small(), facts);
  return store;
}

/** IDX of bytes, shape [5, 4, 3]. */
const idx = (): Uint8Array => Uint8Array.from([0, 0, 8, 3, 0, 0, 0, 5, 0, 0, 0, 4, 0, 0, 0, 3, ...Array(60).keys()]);

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const bytesOf = (content: string): Uint8Array => new TextEncoder().encode(content);

describe('damaged files are read or refused, and never crash, hang or blow up', () => {
  it('IDX', { timeout: LONG }, () =>
    withstands(
      'IDX',
      [idx()],
      soon((bytes) => parseIdx(bytes, 'damaged')),
    ),
  );

  it('gzip', { timeout: LONG }, () =>
    withstands(
      'gzip',
      [gzipSync(idx()), gzipSync(new Uint8Array(50_000))],
      soon((bytes) => gunzip(bytes, 'damaged')),
    ),
  );

  it('safetensors', { timeout: LONG }, () => {
    const file = encodeSafetensors(
      new Map([
        ['a', { shape: [2, 3], data: new Float32Array(6) }],
        ['b', { shape: [4], data: Int32Array.of(1, 2, 3, 4) }],
        ['c', { shape: [], data: Uint8Array.of(7) }],
      ]),
      { step: '3' },
    );
    return withstands(
      'safetensors alone',
      [file],
      soon((bytes) => decodeSafetensors(bytes, 'damaged')),
    );
  });

  it('graft.json', { timeout: LONG }, async () => {
    const json = text(await (await bundle()).read('graft.json'));
    const { seal: _seal, ...unsealed }: Record<string, unknown> = Object(JSON.parse(json));
    await withstands(
      'graft.json',
      [bytesOf(json), bytesOf(JSON.stringify(unsealed))],
      soon((bytes) => parseManifest(text(bytes), 'damaged')),
    );
  });

  it('a bundle with a damaged graft.json', { timeout: LONG }, async () => {
    const store = await bundle();
    const { seal: _seal, ...unsealed }: Record<string, unknown> = Object(
      JSON.parse(text(await store.read('graft.json'))),
    );
    await withstands('bundle', [bytesOf(JSON.stringify(unsealed))], async (bytes) => {
      await store.write('graft.json', bytes);
      (await loadBundle(store)).model.dispose();
    });
  });

  it('a bundle in one file', { timeout: LONG }, async () => {
    const files = [await saveBundleFile(small(), facts), await saveBundleFile(small())];
    await withstands('zip bundle', files, async (bytes) => {
      (await openBundleFile(bytes, 'damaged')).model.dispose();
    });
  });

  it('CSV', { timeout: LONG }, () => {
    const csv = 'size,colour,price\n1,red,10\n2,"dark, blue",\n,green,"3 ""0"""\n4,red,40\n';
    return withstands(
      'CSV',
      [bytesOf(csv), bytesOf(csv.replaceAll(',', ';').replaceAll('\n', '\r\n'))],
      soon((bytes) => {
        const table = parseTable(text(bytes), 'damaged');
        const form = fitTableForm(table, { target: table.columns.at(-1) ?? '' });
        tableDataset(table, form, 'damaged');
      }),
    );
  });

  it('lists of pictures in CSV', { timeout: LONG }, async () => {
    for (const name of ['a.png', 'b.png']) await writeFile(join(folder, name), 'no picture');
    const list = join(folder, 'list.csv');
    await withstands(
      'CSV of pictures',
      [bytesOf('path,label,split\na.png,ants,train\nb.png,bees,test\n')],
      async (bytes) => {
        await writeFile(list, bytes);
        await listCsv(list);
      },
    );
  });
});
