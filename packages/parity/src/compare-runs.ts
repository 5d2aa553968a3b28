import type { TrainedNet } from './train-net.js';

/** How far two trainings of one network are apart; both are 0 when they agree to the last bit. */
export interface Difference {
  /** The greatest over the steps of |Δ| / max(1, |reference|). */
  readonly loss: number;
  /** The greatest over the weights of ‖Δ‖ / ‖reference‖ (Euclidean; of an all-zero reference, ‖Δ‖). */
  readonly weights: number;
  /** The name of the weight that is the furthest apart. */
  readonly furthest: string;
}

/** NaN on either side, a weight that only one has, or another number of steps is an infinite difference. */
export function compareRuns(run: TrainedNet, reference: TrainedNet): Difference {
  const loss =
    run.losses.length === reference.losses.length
      ? greatest(run.losses.map((each, at) => scaled(each, reference.losses[at] ?? Number.NaN)))
      : Infinity;
  let weights = 0;
  let furthest = '';
  for (const name of new Set([...Object.keys(reference.weights), ...Object.keys(run.weights)])) {
    const distance = relativeDistance(run.weights[name] ?? [], reference.weights[name] ?? []);
    if (furthest !== '' && distance <= weights) continue;
    weights = distance;
    furthest = name;
  }
  return { loss, weights, furthest };
}

function scaled(value: number, reference: number): number {
  return Math.abs(value - reference) / Math.max(1, Math.abs(reference));
}

function relativeDistance(values: readonly number[], reference: readonly number[]): number {
  if (values.length !== reference.length) return Infinity;
  let apart = 0;
  let length = 0;
  for (const [at, expected] of reference.entries()) {
    apart += ((values[at] ?? Number.NaN) - expected) ** 2;
    length += expected ** 2;
  }
  return greatest([Math.sqrt(apart) / (length === 0 ? 1 : Math.sqrt(length))]);
}

function greatest(values: readonly number[]): number {
  return values.reduce((most, value) => (Number.isNaN(value) ? Infinity : Math.max(most, value)), 0);
}
