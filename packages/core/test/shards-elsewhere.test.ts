import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import * as layers from '@tensorflow/tfjs-layers';
import { loadBundle, memoryStore, saveBundle, shardsFrom, type Store } from '../src/index.js';

let server: Server;
let host: string;
let weights: Uint8Array;
let store: Store;

/** A model whose `model.json` names its weights at the place given. */
async function naming(path: string): Promise<Store> {
  const changed = memoryStore('model');
  const json = new TextDecoder().decode(await store.read('model.json'));
  await changed.write('model.json', new TextEncoder().encode(json.replace(/weights-[\w-]+\.bin/, path)));
  return changed;
}

beforeAll(async () => {
  await tf.setBackend('cpu');
  store = memoryStore();
  const model = layers.sequential({ layers: [layers.layers.dense({ units: 2, inputShape: [3] })] });
  const { files } = await saveBundle(store, model);
  weights = await store.read(Object.keys(files).find((name) => name.endsWith('.bin')) ?? '');
  server = createServer((request, response) => {
    if (request.url?.startsWith('/w/shard.bin') === true) response.end(weights);
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  host = `http://127.0.0.1:${address !== null && typeof address === 'object' ? address.port : 0}`;
});

afterAll(() => new Promise((resolve) => server.close(resolve)));

describe('weights outside the folder', () => {
  it('are refused unless allowed, and say how to allow them', async () => {
    const message = /names a weight file elsewhere.*loadBundle\(store, \{ elsewhere \}\)/;
    await expect(loadBundle(await naming(`${host}/w/shard.bin`))).rejects.toThrow(message);
    await expect(loadBundle(await naming('../shard.bin'))).rejects.toThrow(message);
  });

  it('are read from a host that was allowed, and from no other', async () => {
    const named = await naming(`${host}/w/shard.bin?token=1`);
    const { model } = await loadBundle(named, { elsewhere: shardsFrom([host]) });
    expect(model.countParams()).toBe(8);
    for (const origins of [['https://example.org'], [`${host}/other/`], [`${host}/w/shard`]]) {
      await expect(loadBundle(named, { elsewhere: shardsFrom(origins) })).rejects.toMatchObject({ code: 'bad-input' });
    }
    await expect(
      loadBundle(await naming(`${host}/w/../secret.bin`), { elsewhere: shardsFrom([`${host}/w/`]) }),
    ).rejects.toMatchObject({ code: 'bad-input' });
    await expect(
      loadBundle(await naming(`${host}/w/gone.bin`), { elsewhere: shardsFrom([host]) }),
    ).rejects.toMatchObject({ code: 'not-found' });
  });

  it('are read from outside the folder by whoever allows that, and held to their size', async () => {
    const elsewhere = async (path: string): Promise<Uint8Array> =>
      path === '../shard.bin' ? weights : new Uint8Array(3);
    expect((await loadBundle(await naming('../shard.bin'), { elsewhere })).model.countParams()).toBe(8);
    await expect(loadBundle(await naming('../short.bin'), { elsewhere })).rejects.toMatchObject({ code: 'corrupt' });
  });
});
