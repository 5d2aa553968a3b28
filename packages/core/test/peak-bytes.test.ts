import * as tf from '@tensorflow/tfjs-core';
import { cpu } from '@graft-ml/backend-cpu';
import { beforeAll, describe, expect, it } from 'vitest';
import { useBackend, watchBytes } from '../src/index.js';

beforeAll(async () => {
  await useBackend(cpu());
});

describe('watchBytes', () => {
  it('sees what a step held and gave back, and leaves the engine as it was', () => {
    const before = tf.memory().numBytes;
    const watch = watchBytes();
    const kept = tf.zeros([10]);
    tf.tidy(() => {
      tf.add(tf.zeros([1000]), tf.ones([1000]));
    });
    expect(watch.peak).toBe(before + 40 + 3 * 4000);
    expect(tf.memory().numBytes).toBe(before + 40);
    watch.stop();
    tf.zeros([5000]).dispose();
    expect(watch.peak).toBe(before + 40 + 3 * 4000);
    kept.dispose();
    expect(tf.memory().numBytes).toBe(before);
    expect(Object.getOwnPropertyDescriptor(tf.engine().state, 'numBytes')).toMatchObject({
      value: before,
      writable: true,
    });
  });

  it('may be nested', () => {
    const before = tf.memory().numBytes;
    const outer = watchBytes();
    tf.zeros([100]).dispose();
    const inner = watchBytes();
    tf.zeros([200]).dispose();
    inner.stop();
    tf.zeros([50]).dispose();
    outer.stop();
    expect(inner.peak).toBe(before + 800);
    expect(outer.peak).toBe(before + 800);
    expect(tf.memory().numBytes).toBe(before);
  });
});
