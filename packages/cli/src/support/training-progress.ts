import type { TrainEvent } from '@graft-ml/train';
import type { Terminal } from '../terminal/terminal.js';

/** How far a training has come, from its latest event. */
export interface TrainingState {
  readonly done: number;
  readonly total: number;
  /** For people: `loss 0.412, accuracy 88 %, validation 81.2 %`. */
  readonly detail: string;
}

/** Follow a training's events. @returns a function that takes each event and tells where the training is */
export function followTraining(): (event: TrainEvent) => TrainingState {
  let state = { done: 0, total: 0 };
  let loss: number | undefined;
  let right: number | undefined;
  let validated: number | undefined;
  return (event) => {
    if (event.type === 'start') state = { done: event.resumedFrom, total: event.steps };
    if (event.type === 'step') {
      state = { ...state, done: event.step };
      loss = movingAverage(loss, event.loss);
      if (event.accuracy !== undefined) right = movingAverage(right, event.accuracy);
    }
    if (event.type === 'validation') validated = event.metrics['accuracy'];
    const parts = [
      loss === undefined ? '' : `loss ${loss.toFixed(3)}`,
      right === undefined ? '' : `accuracy ${(right * 100).toFixed(0)} %`,
      validated === undefined ? '' : `validation ${(validated * 100).toFixed(1)} %`,
    ];
    return { ...state, detail: parts.filter((part) => part !== '').join(', ') };
  };
}

/** Single batches are noisy: what is shown is an exponential average of the last twenty or so. */
function movingAverage(before: number | undefined, value: number): number {
  return before === undefined ? value : 0.95 * before + 0.05 * value;
}

/** Show a training's events as a progress bar over its steps. */
export function trainingProgress(terminal: Terminal, task: string): (event: TrainEvent) => void {
  const follow = followTraining();
  return (event) => {
    const { done, total, detail } = follow(event);
    terminal.progress({ task, done, total, unit: 'steps' }, detail);
  };
}
