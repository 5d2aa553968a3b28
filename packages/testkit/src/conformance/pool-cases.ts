import { backend_util } from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { dimensions, seeds } from './draw.js';
import type { OpCase } from './op-case.js';

const pools = fc.record({
  images: dimensions(3, 1),
  height: dimensions(9, 3),
  width: dimensions(9, 3),
  channels: dimensions(9, 1),
  filterSize: fc.tuple(dimensions(3, 1), dimensions(3, 1)),
  strides: fc.tuple(dimensions(3, 1), dimensions(3, 1)),
  pad: fc.constantFrom<'same' | 'valid'>('same', 'valid'),
  // Few distinct values, so that windows have ties and the first greatest must win.
  distinct: fc.constantFrom(2, 1000),
  seed: seeds,
});

function gradientCase(kernel: 'MaxPoolGrad' | 'AvgPoolGrad'): OpCase {
  return {
    name: kernel,
    plans: pools.map(({ images, height, width, channels, filterSize, strides, pad, distinct, seed }) => {
      const x: [number, number, number, number] = [images, height, width, channels];
      const { outShape } = backend_util.computePool2DInfo(x, filterSize, strides, 1, pad);
      const size = images * height * width * channels;
      const coarse = Array.from({ length: size }, (_, at): [number, number] => [at, (at * 7919 + seed) % 3]);
      const input = distinct === 2 ? { shape: x, seed, overwrite: coarse } : { shape: x, seed };
      const dy = { shape: outShape, seed: seed + 1 };
      const inputs = kernel === 'MaxPoolGrad' ? { dy, input, output: { ...dy, seed: seed + 2 } } : { dy, input };
      return { kernel, inputs, attrs: { filterSize, strides, pad } };
    }),
  };
}

function forwardCase(kernel: 'MaxPool' | 'AvgPool'): OpCase {
  return {
    name: kernel,
    plans: pools.map(({ images, height, width, channels, filterSize, strides, pad, seed }) => ({
      kernel,
      inputs: { x: { shape: [images, height, width, channels], seed } },
      attrs: { filterSize, strides, pad },
    })),
  };
}

/** Max and average pools, forward and backward. */
export const poolCases: readonly OpCase[] = [
  forwardCase('MaxPool'),
  forwardCase('AvgPool'),
  gradientCase('MaxPoolGrad'),
  gradientCase('AvgPoolGrad'),
];
