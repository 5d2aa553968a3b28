import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expectedCalibrationError, fitTemperature } from '../src/calibration/index.js';

interface Fitted {
  readonly logits: readonly number[];
  readonly units: number;
  readonly temperature: number;
  readonly lossBefore: number;
  readonly lossAfter: number;
}
interface FittedClasses extends Fitted {
  readonly classes: readonly number[];
  readonly eceBefore: Readonly<Record<string, number>>;
  readonly eceAfter: Readonly<Record<string, number>>;
}
const fixture: {
  readonly classes: readonly FittedClasses[];
  readonly labels: Fitted & { readonly labels: readonly number[] };
} = JSON.parse(readFileSync(new URL('fixtures/calibration.json', import.meta.url), 'utf8'));

function softmax(logits: readonly number[], units: number, temperature: number): Float32Array {
  const powers = logits.map((value) => Math.exp(value / temperature));
  const sums = powers.map((_, at) => {
    const from = Math.floor(at / units) * units;
    return powers.slice(from, from + units).reduce((sum, power) => sum + power, 0);
  });
  return Float32Array.from(powers, (power, at) => power / (sums[at] ?? 1));
}

describe('temperature scaling', () => {
  it.each(fixture.classes)('finds scipy’s temperature $temperature', (reference) => {
    const { logits, classes, units } = reference;
    const found = fitTemperature({ logits, targets: classes, units });
    expect(found.temperature / reference.temperature).toBeCloseTo(1, 5);
    expect(found.lossBefore).toBeCloseTo(reference.lossBefore, 8);
    expect(found.lossAfter).toBeCloseTo(reference.lossAfter, 8);
  });

  it('finds it for labels that may occur together', () => {
    const { logits, labels, units, temperature, lossBefore, lossAfter } = fixture.labels;
    const found = fitTemperature({ logits, targets: labels, units, kind: 'multi-label' });
    expect(found.temperature / temperature).toBeCloseTo(1, 5);
    expect(found.lossBefore).toBeCloseTo(lossBefore, 8);
    expect(found.lossAfter).toBeCloseTo(lossAfter, 8);
  });

  it('never makes the loss worse, whatever the logits', () => {
    const example = fc.record({
      logits: fc.array(fc.double({ min: -1e3, max: 1e3, noNaN: true }), { minLength: 3, maxLength: 3 }),
      id: fc.nat(2),
    });
    fc.assert(
      fc.property(fc.array(example, { minLength: 1, maxLength: 20 }), (examples) => {
        const logits = examples.flatMap((each) => each.logits);
        const { temperature, lossBefore, lossAfter } = fitTemperature({
          logits,
          targets: examples.map(({ id }) => id),
          units: 3,
        });
        expect(lossAfter).toBeLessThanOrEqual(lossBefore);
        expect(temperature).toBeGreaterThanOrEqual(0.0499);
        expect(temperature).toBeLessThanOrEqual(20.001);
      }),
    );
  });

  it('stays within bounds where all examples are right, and refuses what makes no sense', () => {
    expect(fitTemperature({ logits: [3, 0, 0, 3], targets: [0, 1], units: 2 }).temperature).toBeCloseTo(0.05, 6);
    expect(() => fitTemperature({ logits: [1, 2], targets: [], units: 2 })).toThrow(/2 logits of 2 units came with 0/);
    expect(() => fitTemperature({ logits: [1, Number.NaN], targets: [0], units: 2 })).toThrow(/A logit is NaN/);
    expect(() => fitTemperature({ logits: [1, 2], targets: [2], units: 2 })).toThrow(/A target is 2/);
  });
});

describe('the expected calibration error', () => {
  it.each(fixture.classes)(
    'is what its definition gives in numpy',
    ({ logits, classes, units, temperature, ...wanted }) => {
      for (const [by, expected] of [
        [1, wanted.eceBefore],
        [temperature, wanted.eceAfter],
      ] as const) {
        for (const [bins, value] of Object.entries(expected)) {
          const metric = expectedCalibrationError({ bins: Number(bins) });
          const outputs = softmax(logits, units, by);
          // In two batches, as it streams.
          const half = Math.floor(classes.length / 2);
          metric.update(outputs.subarray(0, half * units), classes.slice(0, half), units);
          metric.update(outputs.subarray(half * units), classes.slice(half), units);
          expect(metric.result()).toBeCloseTo(value, 6);
        }
      }
    },
  );

  it('is 0 for a model that knows how sure it may be, by hand, and is NaN before the first example', () => {
    const metric = expectedCalibrationError();
    expect(metric.result()).toBeNaN();
    metric.update(Float32Array.of(0.75, 0.25, 0.75, 0.25, 0.75, 0.25, 0.25, 0.75), [0, 0, 0, 0], 2);
    expect(metric.result()).toBeCloseTo(0, 7);
    metric.reset();
    expect(() => metric.update(Float32Array.of(3, 1), [0], 2)).toThrow(/confidence of example 0 is 3/);
    expect(() => expectedCalibrationError({ bins: 0 })).toThrow(/0 bins/);
  });
});
