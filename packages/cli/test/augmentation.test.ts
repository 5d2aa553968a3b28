import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRng } from '@graft-ml/core';
import { drawAugmentation } from '@graft-ml/datasets/augment';
import { augmentation } from '../src/options/augmentation.js';

describe('--augment', () => {
  it('takes names, numbers and sets of them', () => {
    expect(augmentation('flip,rotate=30')).toEqual({ flip: 0.5, rotate: 30 });
    expect(augmentation('scale=1.25')).toEqual({ scale: [0.8, 1.25] });
    expect(augmentation('light')).toEqual({ flip: 0.5, crop: [0.6, 1] });
    expect(Object.keys(augmentation('strong'))).toEqual(
      expect.arrayContaining(['flip', 'crop', 'rotate', 'brightness', 'contrast', 'saturation', 'erase']),
    );
  });

  it.each(['', 'flop', 'flip=2', 'flip=', 'crop=0', 'rotate=-1', 'scale=0.5', 'flip;crop', 'constructor', 'flip=x'])(
    'refuses %j',
    (text) => {
      expect(() => augmentation(text)).toThrow(/There are:|takes a number/);
    },
  );

  it('gives only what can be drawn', () => {
    const change = fc.oneof(
      fc.tuple(fc.constantFrom('flip', 'colour', 'erase'), fc.double({ min: 0, max: 1, noNaN: true })),
      fc.tuple(fc.constant('crop'), fc.double({ min: 0.05, max: 1, noNaN: true })),
      fc.tuple(fc.constant('rotate'), fc.double({ min: 0, max: 180, noNaN: true })),
      fc.tuple(fc.constant('scale'), fc.double({ min: 1, max: 4, noNaN: true })),
    );
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 6 }), (changes) => {
        const parsed = augmentation(changes.map(([name, amount]) => `${name}=${amount}`).join(','));
        const { place } = drawAugmentation(parsed, createRng(1), { height: 8, width: 8 });
        expect(place.every(Number.isFinite)).toBe(true);
      }),
    );
  });
});
