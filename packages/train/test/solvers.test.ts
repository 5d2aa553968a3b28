import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { useBackend, type Backend, type TargetSpec } from '@graft-ml/core';
import { arrayDataset, type Dataset } from '@graft-ml/datasets';
import { cpu } from '@graft-ml/backend-cpu';
import { wasm } from '@graft-ml/backend-wasm';
import { classMeans, logisticRegression, ridgeRegression, type LinearSolution } from '../src/solvers/index.js';
import { lbfgs } from '../src/solvers/lbfgs.js';

const numbers = z.array(z.number());
const linear = z.object({ kernel: numbers, bias: numbers });
const fixture = z
  .object({
    cases: z.array(
      z.object({
        rows: z.number(),
        width: z.number(),
        classes: z.number(),
        features: numbers,
        labels: numbers,
        bits: numbers,
        values: numbers,
        fresh: numbers,
        l2: z.number(),
        logistic: linear,
        weighted: linear,
        perLabel: linear,
        ridge: linear,
        ridgeClassifier: linear,
        nearestCentroid: numbers,
      }),
    ),
  })
  .parse(JSON.parse(readFileSync(new URL('fixtures/sklearn-solvers.json', import.meta.url), 'utf8')));
type Case = (typeof fixture)['cases'][number];

const LABELS = ['a', 'b', 'c'];

function dataOf({ features, width }: Case, targets: Int32Array | Float32Array, target: TargetSpec): Dataset {
  return arrayDataset({
    name: 'data',
    inputs: [{ data: Float32Array.from(features), shape: [width] }],
    targets,
    target,
  });
}

const classesOf = (reference: Case): Dataset =>
  dataOf(reference, Int32Array.from(reference.labels), { kind: 'classes', labels: LABELS });

const backends: readonly (readonly [string, () => Backend])[] = [
  ['cpu', cpu],
  ['wasm', wasm],
];

describe.each(backends)('solvers against scikit-learn, on %s', (_name, backend) => {
  beforeAll(async () => {
    await useBackend(backend());
  });

  describe.each(fixture.cases)('$rows examples of $width features', (reference) => {
    it('logistic regression over classes that count differently', async () => {
      const options = { l2: reference.l2, tolerance: 1e-6, classWeights: [0.5, 1, 0.25] };
      const found = await logisticRegression(classesOf(reference), options);
      // The bias has no penalty, and small weights make its valley flat: in single precision it is known less well.
      const [values, wanted] = [found, reference.weighted].map(({ kernel, bias }) => [...kernel, ...bias]);
      expect(values).toHaveLength(wanted?.length ?? 0);
      for (const [at, value] of wanted?.entries() ?? [])
        expect(Math.abs((values?.[at] ?? NaN) - value)).toBeLessThan(1e-3);
      await expect(logisticRegression(classesOf(reference), { classWeights: [1, 1] })).rejects.toThrow(/3 exclusive/);
      await expect(logisticRegression(classesOf(reference), { classWeights: [1, 1, -1] })).rejects.toThrow(
        /at least 0/,
      );
    });

    it('logistic regression over classes', async () => {
      const tensors = tf.memory().numTensors;
      const found = await logisticRegression(classesOf(reference), { l2: reference.l2, tolerance: 1e-6 });
      expect(found.converged).toBe(true);
      expectClose(found, reference.logistic);
      expect(tf.memory().numTensors).toBe(tensors);
      for (const [at, loss] of found.losses.entries())
        expect(loss).toBeLessThanOrEqual((found.losses[at - 1] ?? 9) * (1 + 1e-6));
    });

    it('logistic regression for each label', async () => {
      const data = dataOf(reference, Float32Array.from(reference.bits), { kind: 'multi-label', labels: ['x', 'y'] });
      expectClose(await logisticRegression(data, { l2: reference.l2, tolerance: 1e-6 }), reference.perLabel);
    });

    it('ridge regression of values and of classes', async () => {
      const data = dataOf(reference, Float32Array.from(reference.values), { kind: 'values', names: ['x', 'y'] });
      expectClose(await ridgeRegression(data, { l2: 3 }), reference.ridge);
      expectClose(await ridgeRegression(classesOf(reference), { l2: 3 }), reference.ridgeClassifier);
    });

    it('the nearest class mean', async () => {
      const { kernel, bias } = await classMeans(classesOf(reference));
      const { fresh, width, nearestCentroid } = reference;
      const chosen = nearestCentroid.map((_, row) => {
        const scores = [...bias].map((start, output) =>
          fresh
            .slice(row * width, (row + 1) * width)
            .reduce((sum, value, at) => sum + value * (kernel[at * 3 + output] ?? 0), start),
        );
        return scores.indexOf(Math.max(...scores));
      });
      expect(chosen).toEqual(nearestCentroid);
    });
  });

  it('refuse what they cannot solve', async () => {
    const [reference] = fixture.cases;
    if (reference === undefined) throw new Error('The fixture is empty.');
    const values = dataOf(reference, Float32Array.from(reference.values), { kind: 'values', names: ['x', 'y'] });
    await expect(logisticRegression(values)).rejects.toThrow(/values as targets/);
    await expect(classMeans(values)).rejects.toThrow(/need classes/);
    await expect(logisticRegression(classesOf(reference), { l2: 0 })).rejects.toThrow(/l2 of logistic regression is 0/);
    await expect(ridgeRegression(values, { l2: 0 })).rejects.toThrow(/l2 of ridge regression is 0/);
    const lonely = dataOf(reference, new Int32Array(reference.rows), { kind: 'classes', labels: LABELS });
    await expect(classMeans(lonely)).rejects.toThrow(/class "b" has no example/);
    await expect(logisticRegression(classesOf(reference), { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'cancelled',
    });
  });
});

describe('L-BFGS', () => {
  it('finds the minimum of any quadratic bowl, and of Rosenbrock’s valley', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.double({ min: 0.1, max: 50, noNaN: true }), fc.double({ min: -9, max: 9, noNaN: true })), {
          minLength: 1,
          maxLength: 6,
        }),
        async (bowl) => {
          const { point, converged } = await lbfgs(
            (x) =>
              Promise.resolve({
                value: bowl.reduce((sum, [a, b], at) => sum + (a / 2) * ((x[at] ?? 0) - b) ** 2, 0),
                gradient: Float64Array.from(bowl, ([a, b], at) => a * ((x[at] ?? 0) - b)),
              }),
            new Float64Array(bowl.length),
            { tolerance: 1e-8, maxIterations: 200 },
          );
          expect(converged).toBe(true);
          for (const [at, [, b]] of bowl.entries()) expect(point[at]).toBeCloseTo(b, 6);
        },
      ),
      { numRuns: 40 },
    );
    const valley = await lbfgs(
      ([x = 0, y = 0]) =>
        Promise.resolve({
          value: (1 - x) ** 2 + 100 * (y - x * x) ** 2,
          gradient: Float64Array.of(-2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x)),
        }),
      Float64Array.of(-1.2, 1),
      { tolerance: 1e-8, maxIterations: 200 },
    );
    expect(valley.point[0]).toBeCloseTo(1, 6);
    expect(valley.point[1]).toBeCloseTo(1, 6);
  });
});

function expectClose(found: LinearSolution, reference: { readonly kernel: number[]; readonly bias: number[] }): void {
  for (const [actual, wanted] of [
    [found.kernel, reference.kernel],
    [found.bias, reference.bias],
  ] as const) {
    expect(actual).toHaveLength(wanted.length);
    for (const [at, value] of actual.entries()) {
      const expected = wanted[at] ?? Number.NaN;
      expect(Math.abs(value - expected), `${value} against ${expected}`).toBeLessThan(1e-4 * (1 + Math.abs(expected)));
    }
  }
}
