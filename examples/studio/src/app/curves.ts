import type { TrainEvent } from '@graft-ml/train';

/** What the charts draw: columns over training steps; null where nothing was measured. */
export interface Curves {
  readonly steps: readonly number[];
  readonly trainLoss: readonly (number | null)[];
  readonly heldOutLoss: readonly (number | null)[];
  readonly trainAccuracy: readonly (number | null)[];
  readonly heldOutAccuracy: readonly (number | null)[];
}

/** More points than a chart has pixels are not seen, and drawing them again and again would make the page wait. */
export const MOST_POINTS = 600;

interface Point {
  readonly step: number;
  readonly loss: number;
  readonly accuracy: number | undefined;
}

/**
 * Gathers events into curves, of at most `MOST_POINTS` points each however long the training. Training values are averaged
 * over the last steps, as single batches jump about.
 */
export class CurveRecorder {
  readonly #training: Points = new Points();
  readonly #heldOut: Points = new Points();
  #loss: number | undefined;
  #accuracy: number | undefined;

  add(event: TrainEvent): void {
    if (event.type === 'step') {
      this.#loss = smooth(this.#loss, event.loss);
      if (event.accuracy !== undefined) this.#accuracy = smooth(this.#accuracy, event.accuracy);
      this.#training.add({ step: event.step, loss: this.#loss, accuracy: this.#accuracy });
    } else if (event.type === 'validation') {
      this.#heldOut.add({ step: event.step, loss: event.loss, accuracy: event.metrics['accuracy'] });
    }
  }

  curves(): Curves {
    const training = new Map(this.#training.all().map((point) => [point.step, point]));
    const heldOut = new Map(this.#heldOut.all().map((point) => [point.step, point]));
    const steps = [...new Set([...training.keys(), ...heldOut.keys()])].sort((a, b) => a - b);
    const column = (points: Map<number, Point>, name: 'loss' | 'accuracy'): (number | null)[] =>
      steps.map((step) => points.get(step)?.[name] ?? null);
    return {
      steps,
      trainLoss: column(training, 'loss'),
      heldOutLoss: column(heldOut, 'loss'),
      trainAccuracy: column(training, 'accuracy'),
      heldOutAccuracy: column(heldOut, 'accuracy'),
    };
  }
}

/** Points in the order of their steps. When they become too many, every other one goes, and from then on is not taken. */
class Points {
  #kept: Point[] = [];
  #every = 1;
  #seen = 0;
  #last: Point | undefined;

  add(point: Point): void {
    this.#last = point;
    if (this.#seen++ % this.#every !== 0) return;
    this.#kept.push(point);
    if (this.#kept.length < MOST_POINTS) return;
    this.#kept = this.#kept.filter((_, at) => at % 2 === 0);
    this.#every *= 2;
  }

  /** The last one is always among them: a chart ends where the training is. */
  all(): readonly Point[] {
    const { length } = this.#kept;
    return this.#last === undefined || this.#kept[length - 1] === this.#last ? this.#kept : [...this.#kept, this.#last];
  }
}

function smooth(before: number | undefined, now: number): number {
  return before === undefined ? now : 0.85 * before + 0.15 * now;
}
