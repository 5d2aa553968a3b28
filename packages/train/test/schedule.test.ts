import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRng } from '@graft-ml/core';
import {
  constantSchedule,
  cosineSchedule,
  exponentialSchedule,
  linearSchedule,
  scheduleFactor,
  stepSchedule,
  warmupSchedule,
  type Schedule,
} from '../src/index.js';
import { ExampleOrder } from '../src/loop/example-order.js';

const curve = (schedule: Schedule, total: number) =>
  Array.from({ length: total }, (_, step) => scheduleFactor(schedule, step, total));

describe('schedules', () => {
  it('give the factors they promise', () => {
    expect(curve(constantSchedule(), 3)).toEqual([1, 1, 1]);
    expect(curve(linearSchedule(0.5), 4)).toEqual([1, 0.875, 0.75, 0.625]);
    expect(curve(stepSchedule({ every: 2, factor: 0.1 }), 5)).toEqual([1, 1, 0.1, 0.1, 0.1 ** 2]);
    expect(curve(exponentialSchedule(0.5), 4)).toEqual([1, 0.5, 0.25, 0.125]);
    expect(scheduleFactor(cosineSchedule(0.2), 5, 10)).toBeCloseTo(0.6, 12);
    expect(scheduleFactor(cosineSchedule(0.2), 10, 10)).toBeCloseTo(0.2, 12);
    expect(curve(warmupSchedule(2, linearSchedule()), 6)).toEqual([0.5, 1, 1, 0.75, 0.5, 0.25]);
  });

  it('that decay never rise and never leave 0 … 1', () => {
    const decaying = fc.oneof(
      fc.double({ min: 0, max: 1, noNaN: true }).map(linearSchedule),
      fc.double({ min: 0, max: 1, noNaN: true }).map(cosineSchedule),
      fc
        .record({ every: fc.integer({ min: 1, max: 9 }), factor: fc.double({ min: 0.01, max: 1, noNaN: true }) })
        .map(stepSchedule),
    );
    fc.assert(
      fc.property(decaying, fc.integer({ min: 1, max: 60 }), (schedule, total) => {
        const factors = curve(schedule, total);
        expect(factors[0]).toBe(1);
        for (const [step, factor] of factors.entries()) {
          expect(factor).toBeGreaterThanOrEqual(0);
          expect(factor).toBeLessThanOrEqual((factors[step - 1] ?? 1) + 1e-12);
        }
      }),
    );
  });
});

describe('the order of examples', () => {
  it('is a permutation in every epoch, and the same from whichever step one begins', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 0, max: 200 }),
        (examples, wanted, from) => {
          const batchSize = Math.min(wanted, examples);
          const rng = () => createRng(7).fork('shuffle');
          const whole = new ExampleOrder(rng(), examples, batchSize);
          const perEpoch = Math.ceil(examples / batchSize);
          const epoch = Array.from({ length: perEpoch }, (_, step) => [...whole.indices(step)]).flat();
          expect(epoch.toSorted((a, b) => a - b)).toEqual(Array.from({ length: examples }, (_, index) => index));
          expect([...new ExampleOrder(rng(), examples, batchSize).indices(from)]).toEqual([...whole.indices(from)]);
        },
      ),
    );
  });
});
