import { cellName, type CompareEvent } from '@graft-ml/recipes';
import type { Terminal } from '../terminal/terminal.js';
import { followTraining } from './training-progress.js';

/** Show a comparison's events as one bar over all runs, with what the present run is doing beside it. */
export function compareProgress(terminal: Terminal): (event: CompareEvent) => void {
  let finished = 0;
  let total = 0;
  let follow = followTraining();
  let part = 0;
  return (event) => {
    const show = (detail: string): void => {
      const doing = `${cellName(event.cell)}${detail === '' ? '' : `: ${detail}`}`;
      terminal.progress({ task: 'comparing', done: finished + part, total, unit: 'runs' }, doing);
    };
    switch (event.type) {
      case 'run-start':
        finished = event.index;
        total = event.total;
        follow = followTraining();
        part = 0;
        show('');
        break;
      case 'trial': {
        follow = followTraining();
        const numbers = Object.entries(event.cell.settings ?? {}).map(([name, value]) => `${name} ${value}`);
        show(`tuning, ${numbers.join(', ')}`);
        break;
      }
      case 'progress':
        show(event.progress.task);
        break;
      case 'train': {
        const state = follow(event.event);
        // Testing the model is a part of a run too: training fills nine tenths of it.
        part = state.total === 0 ? 0 : (0.9 * state.done) / state.total;
        show(state.detail);
        break;
      }
      case 'run-end':
        finished = event.index + 1;
        part = 0;
        show(`test accuracy ${(event.run.testAccuracy * 100).toFixed(1)} %`);
        break;
    }
  };
}
