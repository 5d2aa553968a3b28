import type { TrainEvent } from '@graft-ml/train';

/** What the charts draw: columns over training steps; null where nothing was measured. */
export interface Curves {
  readonly steps: readonly number[];
  readonly trainLoss: readonly (number | null)[];
  readonly heldOutLoss: readonly (number | null)[];
  readonly trainAccuracy: readonly (number | null)[];
  readonly heldOutAccuracy: readonly (number | null)[];
}

/** Gathers events into curves. Training values are averaged over the last steps, as single batches jump about. */
export class CurveRecorder {
  readonly #rows = new Map<
    number,
    { loss?: number; accuracy?: number; heldOutLoss?: number; heldOutAccuracy?: number }
  >();
  #loss: number | undefined;
  #accuracy: number | undefined;

  add(event: TrainEvent): void {
    if (event.type === 'step') {
      this.#loss = smooth(this.#loss, event.loss);
      if (event.accuracy !== undefined) this.#accuracy = smooth(this.#accuracy, event.accuracy);
      this.#rows.set(event.step, {
        loss: this.#loss,
        ...(this.#accuracy === undefined ? {} : { accuracy: this.#accuracy }),
      });
    } else if (event.type === 'validation') {
      const accuracy = event.metrics['accuracy'];
      this.#rows.set(event.step, {
        ...this.#rows.get(event.step),
        heldOutLoss: event.loss,
        ...(accuracy === undefined ? {} : { heldOutAccuracy: accuracy }),
      });
    }
  }

  curves(): Curves {
    const rows = [...this.#rows].sort(([a], [b]) => a - b);
    return {
      steps: rows.map(([step]) => step),
      trainLoss: rows.map(([, row]) => row.loss ?? null),
      heldOutLoss: rows.map(([, row]) => row.heldOutLoss ?? null),
      trainAccuracy: rows.map(([, row]) => row.accuracy ?? null),
      heldOutAccuracy: rows.map(([, row]) => row.heldOutAccuracy ?? null),
    };
  }
}

function smooth(before: number | undefined, now: number): number {
  return before === undefined ? now : 0.85 * before + 0.15 * now;
}
