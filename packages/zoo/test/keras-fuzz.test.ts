import { readFile } from 'node:fs/promises';
import { beforeAll, describe, it } from 'vitest';
import { wasm } from '@graft-ml/backend-wasm';
import { useBackend } from '@graft-ml/core';
import { importKeras } from '../src/keras/index.js';
import { withstands } from './mutate.js';

const fixture = (name: string): Promise<Uint8Array> => readFile(new URL(`fixtures/${name}`, import.meta.url));

beforeAll(async () => {
  await useBackend(wasm());
});

describe('damaged Keras files are read or refused, and never crash, hang or blow up', () => {
  it.each([
    ['.h5', ['keras2.h5', 'keras2-nested.h5', 'keras3.h5']],
    ['.keras', ['keras3.keras', 'keras3-nested.keras', 'keras3-lstm.keras']],
  ])('%s', { timeout: 900_000 }, async (kind, names) => {
    await withstands(kind, await Promise.all(names.map(fixture)), async (bytes) => {
      (await importKeras(bytes)).model.dispose();
    });
  });
});
