import { beforeAll, describe, expect, it } from 'vitest';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import {
  CAFFE_SCALE,
  describePixelScale,
  IMAGENET_SCALE,
  pixelMapper,
  pixelScaleKey,
  scalePictures,
  unscalePictures,
  type PixelScale,
} from '../src/index.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const mapped = (scale: Partial<PixelScale>, channels: number, bytes: readonly number[]): number[] => {
  const values = new Float32Array(bytes.length + 1);
  pixelMapper(scale, channels)(Uint8Array.from(bytes), values, 1);
  expect(values[0]).toBe(0);
  return Array.from(values.subarray(1));
};

function near(found: readonly number[], wanted: readonly number[]): void {
  expect(found.length).toBe(wanted.length);
  for (const [at, value] of wanted.entries()) expect(found[at]).toBeCloseTo(value, 4);
}

describe('pixelMapper', () => {
  it('maps bytes to a range', () => {
    near(mapped({}, 1, [0, 51, 255]), [0, 0.2, 1]);
    near(mapped({ range: [-1, 1] }, 3, [0, 51, 255]), [-1, -0.6, 1]);
  });

  it('gives what torchvision’s Normalize gives', () => {
    // (10/255 − 0.485)/0.229, (200/255 − 0.456)/0.224, (90/255 − 0.406)/0.225, computed with PyTorch 1.13.
    near(
      mapped(IMAGENET_SCALE, 3, [10, 200, 90, 255, 0, 0]),
      [-1.94666, 1.46569, -0.23582, 2.24891, -2.03571, -1.80444],
    );
  });

  it('gives what keras.applications calls caffe: less the mean, blue first', () => {
    near(mapped(CAFFE_SCALE, 3, [10, 200, 90, 0, 0, 255]), [-13.939, 83.221, -113.68, 151.061, -116.779, -123.68]);
  });

  it('refuses what does not fit the channels', () => {
    expect(() => pixelMapper(IMAGENET_SCALE, 1)).toThrow(
      /mean of pictures of 1 channels is \[0\.485, 0\.456, 0\.406\]/,
    );
    expect(() => pixelMapper({ std: [1, 0, 1] }, 3)).toThrow(/3 finite numbers above 0/);
    expect(() => pixelMapper({ order: 'bgr' }, 1)).toThrow(/in the order bgr/);
    expect(() => pixelMapper({ range: [0, Number.NaN] }, 1)).toThrow(/range/);
  });
});

describe('scaled pictures', () => {
  it.each([IMAGENET_SCALE, CAFFE_SCALE, { range: [-1, 1] as const }])(
    'are as the bytes are, and come back (%#)',
    async (scale) => {
      const bytes = [10, 200, 90, 0, 0, 255];
      const plain = tf.tensor(
        bytes.map((byte) => byte / 255),
        [1, 1, 2, 3],
      );
      const before = tf.memory().numTensors;
      const scaled = scalePictures(plain, scale);
      const back = unscalePictures(scaled, scale);
      expect(tf.memory().numTensors).toBe(before + 2);
      near(Array.from(await scaled.data()), mapped(scale, 3, bytes));
      near(Array.from(await back.data()), Array.from(await plain.data()));
      tf.dispose([plain, scaled, back]);
    },
  );
});

describe('a scale', () => {
  it('that is only a range has that range as its key', () => {
    expect(pixelScaleKey({})).toEqual([0, 1]);
    expect(pixelScaleKey({ range: [-1, 1], order: 'rgb' })).toEqual([-1, 1]);
    expect(pixelScaleKey(CAFFE_SCALE)).not.toEqual(pixelScaleKey({ ...CAFFE_SCALE, order: 'rgb' }));
  });

  it('can be said', () => {
    expect(describePixelScale(CAFFE_SCALE)).toBe(
      'bytes 0…255 mapped to [0, 255], less 123.68, 116.779, 103.939, blue first',
    );
  });
});
