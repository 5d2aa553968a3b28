import { adapt } from '../adapt.js';
import { settingOf, type Recipe } from '../recipe.js';
import { slimModel } from '../slim-model.js';

/** The width of a student against its teacher's: about a sixteenth of the parameters. */
export const SLIM_WIDTH = 0.25;

/**
 * A quarter of the source's width, trained from fresh weights: what `distil` and `hint` are to be set against. `width` is the share
 * of each layer's channels.
 */
export const slim: Recipe = {
  name: 'slim',
  summary: 'a narrow copy of the source’s architecture, trained from fresh weights: the baseline of distil and hint',
  async run(task) {
    const { model } = slimModel(task, settingOf(task, 'width', SLIM_WIDTH), 'slim');
    return adapt(task, model, { frozen: new Set() });
  },
};
