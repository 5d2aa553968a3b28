import { beforeAll, describe, expect, it } from 'vitest';
import * as layers from '@tensorflow/tfjs-layers';
import { networkOf, outputLayerOf, useBackend, type Layer } from '../src/index.js';
import { testBackend } from './helpers.js';

const L = layers.layers;

beforeAll(async () => {
  await useBackend(testBackend());
});

const conv = (): Layer => L.conv2d({ filters: 4, kernelSize: 3, inputShape: [8, 8, 3], name: 'conv' });
const found = (list: Layer[]): string | undefined =>
  outputLayerOf(networkOf(layers.sequential({ layers: list })))?.path;

describe('outputLayerOf', () => {
  it.each([
    ['a dense layer', [conv(), L.flatten(), L.dense({ units: 2, name: 'out' })]],
    ['a dense layer with its softmax apart', [conv(), L.flatten(), L.dense({ units: 2, name: 'out' }), L.softmax()]],
    [
      'a convolution whose maps are averaged before a softmax',
      [conv(), L.conv2d({ filters: 2, kernelSize: 1, name: 'out' }), L.globalAveragePooling2d({}), L.softmax()],
    ],
    ['a convolution of one position', [conv(), L.conv2d({ filters: 2, kernelSize: 6, name: 'out' }), L.flatten()]],
    ['a sigmoid for each pixel', [conv(), L.conv2d({ filters: 1, kernelSize: 1, activation: 'sigmoid', name: 'out' })]],
  ])('finds %s', (_, list) => {
    expect(found(list)).toBe('out');
  });

  it.each([
    ['a feature map', [conv(), L.reLU()]],
    ['a pooled feature map', [conv(), L.globalAveragePooling2d({})]],
    ['a flattened feature map', [conv(), L.flatten()]],
    ['a normalised vector', [conv(), L.flatten(), L.batchNormalization()]],
    ['no weights at all', [L.flatten({ inputShape: [4, 4] })]],
  ])('finds none in a model that gives %s', (_, list) => {
    expect(found(list)).toBeUndefined();
  });
});
