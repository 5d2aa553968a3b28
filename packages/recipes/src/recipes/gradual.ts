import { GraftError, networkOf } from '@graft-ml/core';
import { slantedTriangle } from '@graft-ml/train/schedules';
import { adapt } from '../adapt.js';
import { decayedGroups, stagesOf } from '../depth-groups.js';
import type { Recipe } from '../recipe.js';
import { withTargetHead } from '../surgery.js';

/** Each layer's learning rate is that of the one above it divided by this (section 3.2 of the paper). */
const DISCRIMINATION = 2.6;

/**
 * ULMFiT: gradual unfreezing from the head down, a stage a phase, with discriminative learning rates and a slanted
 * triangular schedule in each phase (Howard & Ruder 2018, https://arxiv.org/abs/1801.06146, section 3.2–3.3).
 *
 * Training refuses to begin when there are more stages than epochs, or than steps where the budget is in steps.
 */
export const gradual: Recipe = {
  name: 'gradual',
  summary: 'layers are unfrozen one after another from the head down, lower ones at smaller learning rates (ULMFiT)',
  async run(task) {
    const { model } = withTargetHead(task, 'gradual');
    const network = networkOf(model);
    const groups = decayedGroups(network, 1 / DISCRIMINATION);
    const stages = stagesOf(network);
    const { epochs = Infinity, steps } = task.budget;
    if (steps === undefined && stages.length > epochs) {
      model.dispose();
      throw new GraftError({
        code: 'bad-input',
        what: `Gradual unfreezing of "${task.source.name}" has ${stages.length} stages, and the budget is ${epochs} epochs.`,
        expected: 'At least one epoch for each stage was expected, so that each sees all the data.',
        remedy: `Give it at least ${stages.length} epochs, say the budget in steps, or choose layer-decay.`,
      });
    }
    const phases = stages.map((_, unfrozen) => ({
      frozen: new Set(stages.slice(0, stages.length - 1 - unfrozen).flatMap(({ weights }) => weights)),
      groups,
      schedule: slantedTriangle(),
    }));
    return adapt(task, model, phases);
  },
};
