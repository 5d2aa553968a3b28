import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { GraftError, TENSORFLOW_VERSION, useBackend } from '@graft-ml/core';
import { binaryPaths } from '../src/binary-paths.js';
import { liveHeap } from '../src/device/live-heap.js';
import { wasm } from '../src/index.js';

test('starts, says what it runs on, and may be started again', async () => {
  const first = await useBackend(wasm());
  expect(first).toMatchObject({ name: 'wasm', engine: 'wasm', refused: [] });
  expect(first.details).toMatchObject({ tensorflow: TENSORFLOW_VERSION, simd: true, threads: 1 });
  const kept = tf.tensor1d([1, 2]);
  expect(await useBackend(wasm())).toEqual(first);
  expect([...(await tf.add(kept, 1).data())]).toEqual([2, 3]);
});

test('works again after the engine was removed and started anew', async () => {
  await useBackend(wasm());
  const factory = tf.findBackendFactory('wasm');
  tf.removeBackend('wasm');
  tf.registerBackend('wasm', factory, 2);
  await tf.setBackend('wasm');
  expect(() => tf.matMul(tf.ones([2, 2]), tf.ones([2, 2]))).toThrow(/useBackend\(wasm\(\)\) once more/);
  await useBackend(wasm());
  expect([...(await tf.matMul(tf.ones([2, 2]), tf.ones([2, 2])).data())]).toEqual([2, 2, 2, 2]);
});

test('names both versions when the heap cannot be reached', () => {
  expect(() => liveHeap({}, '4.22.0')).toThrow(GraftError);
  expect(() => liveHeap({ asm: { memory: new WebAssembly.Memory({ initial: 1 }) } }, '4.23.0')).toThrow(
    /4\.23\.0.*4\.22\.0/,
  );
});

test('paths of the binaries are checked', () => {
  expect(binaryPaths(undefined)).toBeUndefined();
  expect(binaryPaths('https://example.org/wasm/')).toMatchObject({
    'tfjs-backend-wasm-simd.wasm': 'https://example.org/wasm/tfjs-backend-wasm-simd.wasm',
    'tfjs-backend-wasm-threaded-simd.wasm': 'https://example.org/wasm/tfjs-backend-wasm-simd.wasm',
  });
  expect(() => binaryPaths({ 'tfjs-backend-wasm.wasm': 'a.wasm' })).toThrow(/tfjs-backend-wasm-simd\.wasm/);
  const paths = binaryPaths({ 'tfjs-backend-wasm.wasm': 'a.wasm', 'tfjs-backend-wasm-simd.wasm': 'b.wasm' });
  expect(paths).toMatchObject({ 'tfjs-backend-wasm-threaded-simd.wasm': 'b.wasm' });
});
