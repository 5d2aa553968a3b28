import * as tf from '@tensorflow/tfjs-core';
import * as layers from '@tensorflow/tfjs-layers';
import fc from 'fast-check';
import { strToU8, unzipSync, zipSync } from 'fflate';
import { beforeAll, describe, expect, test } from 'vitest';
import { cpu } from '@graft-ml/backend-cpu';
import { bundleFileStore, GraftError, openBundleFile, saveBundleFile, useBackend } from '../src/index.js';

beforeAll(async () => {
  await useBackend(cpu());
});

function model(): layers.LayersModel {
  const kernelInitializer = layers.initializers.glorotUniform({ seed: 1 });
  return layers.sequential({
    name: 'small',
    layers: [layers.layers.dense({ units: 2, inputShape: [3], kernelInitializer })],
  });
}

async function saved(): Promise<Uint8Array> {
  return saveBundleFile(model(), { target: { kind: 'classes', labels: ['a', 'b'] } });
}

async function answers(of: layers.LayersModel): Promise<number[]> {
  const output = of.predict(tf.tensor2d([[1, 2, 3]]));
  if (!(output instanceof tf.Tensor)) throw new Error('One output was expected.');
  return [...(await output.data())];
}

test('what is saved opens again, with the same answers, and the bytes depend on the model alone', async () => {
  const bytes = await saved();
  const { model: loaded, manifest } = await openBundleFile(bytes);
  expect(await answers(loaded)).toEqual(await answers(model()));
  expect(manifest?.target).toEqual({ kind: 'classes', labels: ['a', 'b'] });
  const again = await saveBundleFile(loaded, { target: { kind: 'classes', labels: ['a', 'b'] } });
  expect(Buffer.from(again).equals(Buffer.from(bytes))).toBe(true);
});

test('a folder that was zipped by hand opens too', async () => {
  const files = unzipSync(await saved());
  const packed = zipSync(Object.fromEntries(Object.entries(files).map(([name, bytes]) => [`model/${name}`, bytes])));
  expect((await openBundleFile(packed)).model.countParams()).toBe(8);
});

describe('what is no bundle is refused', () => {
  test.each(['../evil.txt', '/etc/passwd', 'a/../../b', 'C:\\x', 'a\\..\\b'])('the name %s', async (name) => {
    const packed = zipSync({ 'model.json': strToU8('{}'), [name]: strToU8('x') });
    await expect(bundleFileStore(packed, 'evil.zip')).rejects.toMatchObject({
      code: 'corrupt',
      what: expect.stringContaining('evil.zip is refused'),
    });
  });

  // Else half a gigabyte would be allocated and cleared for an archive of some hundred bytes.
  test.each([0xfffffff0, 2 ** 29])('a part that claims %d bytes, before anything is unpacked', async (claimed) => {
    const packed = zipSync({ 'weights.bin': new Uint8Array(100) });
    const view = new DataView(packed.buffer);
    // The uncompressed size in the central directory's only entry.
    for (let at = 0; at < packed.length - 4; at++) {
      if (view.getUint32(at, true) === 0x02014b50) view.setUint32(at + 24, claimed, true);
    }
    await expect(bundleFileStore(packed)).rejects.toThrow(`"weights.bin" claims ${claimed} bytes`);
  });

  test('an archive that claims four billion parts, at the first that is not there', async () => {
    const packed = zipSync({ 'weights.bin': new Uint8Array(100) });
    const end = new DataView(packed.buffer, packed.length - 22);
    // zip64: its record, its locator, then the end, which says where the parts are listed.
    const large = new Uint8Array(packed.length + 56 + 20);
    large.set(packed.subarray(0, packed.length - 22));
    large.set(packed.subarray(packed.length - 22), large.length - 22);
    const view = new DataView(large.buffer);
    view.setUint32(packed.length - 22, 0x06064b50, true);
    view.setUint32(packed.length - 22 + 32, 0xffffffff, true);
    view.setUint32(packed.length - 22 + 48, end.getUint32(16, true), true);
    view.setUint32(packed.length - 22 + 56, 0x07064b50, true);
    view.setUint32(packed.length - 22 + 56 + 8, packed.length - 22, true);
    await expect(bundleFileStore(large)).rejects.toThrow(/is refused: The file name ""/);
  });

  test('bytes of any kind, and a bundle with a changed byte, are an error of ours and nothing else', async () => {
    const bytes = await saved();
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.uint8Array({ maxLength: 200 }),
          fc.tuple(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 })).map(([at, change]) => {
            const damaged = bytes.slice();
            damaged[at] = (damaged[at] ?? 0) ^ change;
            return damaged;
          }),
          fc.nat(bytes.length).map((length) => bytes.slice(0, length)),
        ),
        async (given) => {
          const outcome: unknown = await openBundleFile(given).catch((thrown: unknown) => thrown);
          if (outcome instanceof GraftError) return;
          // A changed time or comment harms nothing; the answers must be right then.
          if (outcome instanceof Error || outcome === null || typeof outcome !== 'object' || !('model' in outcome))
            throw outcome;
          if (!(outcome.model instanceof layers.LayersModel)) throw new Error('No model came out.');
          expect(await answers(outcome.model)).toEqual(await answers(model()));
        },
      ),
      { numRuns: 150, seed: 3 },
    );
  });
});
