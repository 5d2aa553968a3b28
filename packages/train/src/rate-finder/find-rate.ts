import { GraftError } from '@graft-ml/core';
import { checkNumber } from '../check-number.js';
import { fit } from '../fit.js';
import type { FitOptions } from '../fit-options.js';
import { WeightSnapshot } from '../loop/weight-snapshot.js';
import { adam } from '../optimizers/optimizer-spec.js';

export interface RateSearchOptions extends Pick<
  FitOptions,
  | 'network'
  | 'data'
  | 'loss'
  | 'optimizer'
  | 'batchSize'
  | 'seed'
  | 'frozen'
  | 'groups'
  | 'terms'
  | 'lossWeight'
  | 'signal'
> {
  /** The first and lowest rate. Default 1e-6. */
  readonly from?: number;
  /** The last and highest rate. Default 1. */
  readonly to?: number;
  /** Default 100. */
  readonly steps?: number;
}

export interface RatePoint {
  readonly rate: number;
  /** The step's own loss. */
  readonly loss: number;
  /** The moving average that is judged by. */
  readonly smoothed: number;
}

export interface RateSearch {
  /** In the order of rates; they end where the loss blew up. */
  readonly points: readonly RatePoint[];
  /** Where the smoothed loss fell fastest, by the logarithm of the rate. */
  readonly steepest: number;
  /** A tenth of the rate of the lowest smoothed loss. */
  readonly suggested: number;
}

/** How much of the moving average each step keeps. */
const SMOOTHING = 0.9;
/** The search ends where the smoothed loss is so many times its lowest. */
const BLOWN_UP = 4;

/**
 * The learning-rate range test: train a few steps at rates that rise from very low to very high, and see where the loss falls and
 * where it blows up (Smith 2017, https://arxiv.org/abs/1506.01186, section 3.3). The weights are put back as they were.
 *
 * @throws GraftError as `fit` does, such as `bad-input` when everything is frozen; `bad-input` for rates that do not rise, or
 *   when the loss blew up at once; `cancelled`
 */
export async function findLearningRate(options: RateSearchOptions): Promise<RateSearch> {
  const { from = 1e-6, to = 1, steps = 100, optimizer = adam(), ...training } = options;
  checkNumber('The lowest rate is', from, 'above 0');
  checkNumber('The highest rate, against the lowest,', to / from - 1, 'above 0');
  checkNumber('steps is', steps - 1, 'above 0 and whole');
  const kept = new WeightSnapshot(options.network.weights);
  kept.take();
  const points: RatePoint[] = [];
  try {
    const run = fit({
      ...training,
      optimizer: { ...optimizer, learningRate: from },
      schedule: { kind: 'exponential', factor: (to / from) ** (1 / (steps - 1)) },
      steps,
    });
    let average = 0;
    for await (const event of run) {
      if (event.type !== 'step') continue;
      average = SMOOTHING * average + (1 - SMOOTHING) * event.loss;
      // Without the division the average would begin near 0.
      const smoothed = average / (1 - SMOOTHING ** event.step);
      points.push({ rate: event.learningRate, loss: event.loss, smoothed });
      if (smoothed > BLOWN_UP * Math.min(...points.map((point) => point.smoothed))) break;
    }
  } catch (thrown) {
    // Divergence is what the search looks for.
    if (!(thrown instanceof GraftError) || thrown.code !== 'diverged') throw thrown;
  } finally {
    kept.restore();
    kept.dispose();
  }
  return judged(points);
}

function judged(points: readonly RatePoint[]): RateSearch {
  const [first, second] = points;
  if (first === undefined || second === undefined) {
    throw new GraftError({
      code: 'bad-input',
      what: 'The loss was not finite, or blew up, at the lowest rate already.',
      remedy: 'Begin lower, or check the range of the inputs.',
    });
  }
  let steepest = second;
  let slope = Infinity;
  for (const [at, point] of points.entries()) {
    const before = points[at - 1];
    if (before === undefined) continue;
    const fall = (point.smoothed - before.smoothed) / Math.log(point.rate / before.rate);
    if (fall < slope) [steepest, slope] = [point, fall];
  }
  const lowest = points.reduce((best, point) => (point.smoothed < best.smoothed ? point : best), first);
  return { points, steepest: steepest.rate, suggested: lowest.rate / 10 };
}
