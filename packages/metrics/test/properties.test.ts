import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  accuracy,
  binaryAccuracy,
  ConfusionMatrix,
  f1,
  logLoss,
  meanAbsoluteError,
  type Metric,
  precision,
  r2,
  recall,
  rootMeanSquaredError,
  topK,
} from '../src/index.js';

interface Stream {
  outputs: Float32Array;
  targets: number[];
  outputSize: number;
  /** Targets of one example. */
  width: number;
}

const OUTPUTS = 4;
const finite = fc.float({ noNaN: true, noDefaultInfinity: true, min: -100, max: 100 });

const scores: fc.Arbitrary<Stream> = fc
  .array(fc.tuple(fc.array(finite, { minLength: OUTPUTS, maxLength: OUTPUTS }), fc.nat(OUTPUTS - 1)), {
    minLength: 1,
    maxLength: 20,
  })
  .map((examples) => ({
    outputs: new Float32Array(examples.flatMap(([row]) => row)),
    targets: examples.map(([, target]) => target),
    outputSize: OUTPUTS,
    width: 1,
  }));

const probabilities: fc.Arbitrary<Stream> = scores.map((stream) => {
  const outputs = stream.outputs.map((value) => Math.exp(value / 20));
  for (let row = 0; row < outputs.length; row += OUTPUTS) {
    const one = outputs.subarray(row, row + OUTPUTS);
    const sum = one.reduce((all, each) => all + each, 0);
    one.forEach((each, column) => (one[column] = each / sum));
  }
  return { ...stream, outputs };
});

const pairs = (value: fc.Arbitrary<number>): fc.Arbitrary<Stream> =>
  fc.array(fc.tuple(finite, value, finite, value), { minLength: 1, maxLength: 20 }).map((examples) => ({
    outputs: new Float32Array(examples.flatMap(([a, , b]) => [a, b])),
    targets: examples.flatMap(([, a, , b]) => [a, b]),
    outputSize: 2,
    width: 2,
  }));

const makers: [name: string, make: () => Metric, streams: fc.Arbitrary<Stream>][] = [
  ['accuracy', accuracy, scores],
  ['topK', () => topK(2), scores],
  ['precision', () => precision({ average: 'macro', classes: OUTPUTS }), scores],
  ['recall', () => recall({ average: 'weighted', classes: OUTPUTS }), scores],
  ['f1', () => f1({ average: 'micro', classes: OUTPUTS }), scores],
  ['logLoss', logLoss, probabilities],
  ['binaryAccuracy', binaryAccuracy, pairs(fc.constantFrom(0, 1))],
  ['meanAbsoluteError', meanAbsoluteError, pairs(finite)],
  ['rootMeanSquaredError', rootMeanSquaredError, pairs(finite)],
  ['r2', r2, pairs(finite)],
];

function feed(metric: Metric, { outputs, targets, outputSize, width }: Stream, from: number, to: number): void {
  metric.update(
    outputs.subarray(from * outputSize, to * outputSize),
    targets.slice(from * width, to * width),
    outputSize,
  );
}

const sizeOf = (stream: Stream): number => stream.targets.length / stream.width;

function allAtOnce(make: () => Metric, stream: Stream): number {
  const metric = make();
  feed(metric, stream, 0, sizeOf(stream));
  return metric.result();
}

function permuted(stream: Stream, order: number[]): Stream {
  const { outputs, targets, outputSize, width } = stream;
  return {
    ...stream,
    outputs: new Float32Array(order.flatMap((i) => [...outputs.subarray(i * outputSize, (i + 1) * outputSize)])),
    targets: order.flatMap((i) => targets.slice(i * width, (i + 1) * width)),
  };
}

describe.each(makers)('%s', (_, make, streams) => {
  it('gives the same to the last bit in any batches, and after a reset', () => {
    fc.assert(
      fc.property(streams, fc.array(fc.nat(20), { maxLength: 4 }), (stream, cuts) => {
        const metric = make();
        feed(metric, stream, 0, 1);
        metric.reset();
        const size = sizeOf(stream);
        const edges = [0, ...cuts.map((each) => Math.min(each, size)).sort((a, b) => a - b), size];
        for (let index = 1; index < edges.length; index++)
          feed(metric, stream, edges[index - 1] ?? 0, edges[index] ?? 0);
        expect(metric.result()).toBe(allAtOnce(make, stream));
      }),
      { seed: 1, numRuns: 60 },
    );
  });

  it('does not depend on the order of examples', () => {
    fc.assert(
      fc.property(
        streams.chain((stream) => {
          const order = Array.from({ length: sizeOf(stream) }, (_each, index) => index);
          return fc.tuple(fc.constant(stream), fc.shuffledSubarray(order, { minLength: order.length }));
        }),
        ([stream, order]) => {
          const straight = allAtOnce(make, stream);
          const shuffled = allAtOnce(make, permuted(stream, order));
          if (Number.isNaN(straight)) expect(shuffled).toBeNaN();
          else expect(Math.abs(shuffled - straight)).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(straight)));
        },
      ),
      { seed: 2, numRuns: 60 },
    );
  });
});

it('topK(1) is accuracy, ties included, and grows with k to 1', () => {
  const tied = scores.map((stream) => ({ ...stream, outputs: stream.outputs.map((value) => Math.round(value / 50)) }));
  fc.assert(
    fc.property(tied, (stream) => {
      const at = [1, 2, 3, 4].map((k) => allAtOnce(() => topK(k), stream));
      expect(at[0]).toBe(allAtOnce(accuracy, stream));
      expect([...at].sort((a, b) => a - b)).toEqual(at);
      expect(at[3]).toBe(1);
    }),
    { seed: 3, numRuns: 60 },
  );
});

it('a confusion matrix holds every example once and agrees with accuracy', () => {
  fc.assert(
    fc.property(scores, (stream) => {
      const matrix = new ConfusionMatrix(OUTPUTS);
      matrix.update(stream.outputs, stream.targets, OUTPUTS);
      expect(matrix.counts.flat().reduce((all, each) => all + each, 0)).toBe(sizeOf(stream));
      expect(matrix.accuracy()).toBe(allAtOnce(accuracy, stream));
      const support = matrix.perClass().map((each) => each.support);
      expect(support).toEqual([0, 1, 2, 3].map((id) => stream.targets.filter((target) => target === id).length));
    }),
    { seed: 4, numRuns: 60 },
  );
});
