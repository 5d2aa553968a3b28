import type { TrainEvent } from '@graft-ml/train';
import type { Terminal } from '../terminal/terminal.js';

/** How far a training has come, from its latest event. */
export interface TrainingState {
  readonly done: number;
  readonly total: number;
  /** For people: `loss 0.412, validation accuracy 81.2 %`. */
  readonly detail: string;
}

/** Follow a training's events. @returns a function that takes each event and tells where the training is */
export function followTraining(): (event: TrainEvent) => TrainingState {
  let state = { done: 0, total: 0 };
  let loss: number | undefined;
  let accuracy: number | undefined;
  return (event) => {
    if (event.type === 'start') state = { done: event.resumedFrom, total: event.steps };
    if (event.type === 'step') {
      state = { ...state, done: event.step };
      // Single batches are noisy: what is shown is a moving average.
      loss = loss === undefined ? event.loss : 0.95 * loss + 0.05 * event.loss;
    }
    if (event.type === 'validation') accuracy = event.metrics['accuracy'];
    const parts = [
      loss === undefined ? '' : `loss ${loss.toFixed(3)}`,
      accuracy === undefined ? '' : `validation accuracy ${(accuracy * 100).toFixed(1)} %`,
    ];
    return { ...state, detail: parts.filter((part) => part !== '').join(', ') };
  };
}

/** Show a training's events as a progress bar over its steps. */
export function trainingProgress(terminal: Terminal, task: string): (event: TrainEvent) => void {
  const follow = followTraining();
  return (event) => {
    const { done, total, detail } = follow(event);
    terminal.progress({ task, done, total, unit: 'steps' }, detail);
  };
}
