import type { TrainEvent, TrainResult } from '@graft-ml/train';

/**
 * Turn the events of one phase into those of a training that goes on over all phases: steps and epochs count on, it
 * starts once, and its end is told by whoever joins the results.
 *
 * @param steps of all phases
 * @param before results of the phases before this one
 */
export function joinedEvents(
  steps: readonly number[],
  before: readonly TrainResult[],
  parameters: number,
): (event: TrainEvent) => TrainEvent | undefined {
  const passed = sumOf(before.map((result) => result.steps));
  const epochs = sumOf(before.map((result) => result.epochs));
  return (event) => {
    switch (event.type) {
      case 'start': {
        if (before.length > 0) return undefined;
        const total = sumOf(steps);
        return { ...event, parameters, steps: total, epochs: Math.ceil(total / event.stepsPerEpoch) };
      }
      case 'end':
        return undefined;
      case 'checkpoint':
        return { ...event, step: event.step + passed };
      default:
        return { ...event, step: event.step + passed, epoch: event.epoch + epochs };
    }
  };
}

/** The result of a training in phases: times and steps add up, curves follow each other, the last phase says how it ended. */
export function joinedResults(results: readonly TrainResult[]): TrainResult {
  const [first, ...more] = results;
  return more.reduce(
    (joined, next) => ({
      ...next,
      steps: joined.steps + next.steps,
      epochs: joined.epochs + next.epochs,
      seconds: joined.seconds + next.seconds,
      history: [
        ...joined.history,
        ...next.history.map((point) => ({
          ...point,
          step: point.step + joined.steps,
          epoch: point.epoch + joined.epochs,
        })),
      ],
    }),
    first ?? { steps: 0, epochs: 0, seconds: 0, history: [], stopReason: 'done' },
  );
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
