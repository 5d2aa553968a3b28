import { GraftError, networkOf } from '@graft-ml/core';
import { evaluate, type Evaluation } from '@graft-ml/train';
import { distillation } from '@graft-ml/train/regularisers';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { adapt } from '../adapt.js';
import { settingOf, type Budget, type Recipe, type RecipeTask } from '../recipe.js';
import { withTargetHead } from '../surgery.js';
import { fineTune } from './fine-tune.js';

export interface DistilOptions {
  /** The recipe's name in tables. */
  readonly name: string;
  /** How the teacher is made, with half of the budget's steps; or a model that is a teacher already, which is not changed. */
  readonly teacher: Recipe | LayersModel;
  /** Makes the student: a model of the target's classes that ends in a softmax. */
  readonly student: (task: RecipeTask) => LayersModel;
}

/** Probabilities are kept this far from 0 before their logarithm is taken. */
const SMALLEST = 1e-7;

/**
 * Distillation: a student learns a teacher's softened outputs beside the labels (Hinton, Vinyals & Dean 2015,
 * https://arxiv.org/abs/1503.02531). The teacher looks at each training example once. `temperature` is T, and `mixing` the share
 * of the teacher against the labels.
 *
 * @throws GraftError (when run) `bad-input` when teacher and student have different classes, or for a temperature of 0 or less
 */
export function distil({ name, teacher, student }: DistilOptions): Recipe {
  return {
    name,
    summary: 'a student learns the softened outputs of a fine-tuned teacher beside the labels',
    settings: { temperature: [4, 2], mixing: [0.7, 0.4] },
    async run(task) {
      const started = performance.now();
      const temperature = settingOf(task, 'temperature', 4);
      const mixing = settingOf(task, 'mixing', 0.7);
      const model = student(task);
      try {
        checkBeforeTraining(task, teacher, model, temperature, mixing);
        const { outputs, outputSize } = await lessons(task, teacher);
        const term = distillation({
          // Softmax knows logits only up to a constant, so logarithms of probabilities serve as well.
          teacherLogits: outputs.map((value) => Math.log(Math.max(value, SMALLEST))),
          classes: outputSize,
          temperature,
          weight: mixing,
        });
        const own = 'run' in teacher ? { ...task, budget: halfOf(task) } : task;
        const phase = { frozen: new Set<string>(), terms: [term], lossWeight: 1 - mixing };
        const outcome = await adapt(own, model, phase);
        return { ...outcome, trainSeconds: (performance.now() - started) / 1000 };
      } catch (thrown) {
        // `adapt` has disposed it already where it was adapt that failed; tfjs refuses a second time.
        if (!networkOf(model).weights.every(({ variable }) => variable.isDisposed)) model.dispose();
        throw thrown;
      }
    },
  };
}

/** The teacher's probabilities for each training example, looked at once. */
async function lessons(task: RecipeTask, teacher: DistilOptions['teacher']): Promise<Evaluation> {
  if (!('run' in teacher)) return evaluate(networkOf(teacher), task.train, { signal: task.signal });
  const { model } = await teacher.run(quietly(task));
  try {
    return await evaluate(networkOf(model), task.train, { signal: task.signal });
  } finally {
    model.dispose();
  }
}

function checkBeforeTraining(
  { train: { target } }: RecipeTask,
  teacher: DistilOptions['teacher'],
  student: LayersModel,
  temperature: number,
  mixing: number,
): void {
  const classes = target.kind === 'classes' ? target.labels.length : 0;
  const units = student.outputs[0]?.shape[1] ?? 0;
  const known = 'run' in teacher ? classes : (teacher.outputs[0]?.shape[1] ?? 0);
  if (classes === 0 || units !== known) {
    throw new GraftError({
      code: 'bad-input',
      what: `The teacher has ${known} classes, and the student ${units}.`,
      expected: 'The same classes, those of the target, were expected.',
    });
  }
  if (!(temperature > 0) || !(mixing >= 0 && mixing <= 1)) {
    throw new GraftError({
      code: 'bad-input',
      what: `The temperature of distillation is ${temperature}, and the mixing ${mixing}.`,
      expected: 'A temperature above 0 and a mixing from 0 to 1 were expected.',
    });
  }
}

/** The teacher's training has no checkpoint: a resumed run makes the same teacher again. */
function quietly(task: RecipeTask): RecipeTask {
  const { checkpoint: _checkpoint, resume: _resume, onEvent: _onEvent, ...rest } = task;
  return { ...rest, budget: halfOf(task) };
}

function halfOf({ budget, train }: RecipeTask): Budget {
  const perEpoch = Math.ceil(train.size / Math.min(budget.batchSize, train.size));
  const total = Math.min(budget.steps ?? Infinity, (budget.epochs ?? Infinity) * perEpoch);
  const { epochs: _epochs, ...rest } = budget;
  return { ...rest, steps: Math.max(1, Math.floor(total / 2)) };
}

/** Born again: the student is the source once more (Furlanello et al. 2018, https://arxiv.org/abs/1805.04770). */
export const selfDistil: Recipe = distil({
  name: 'self-distil',
  teacher: fineTune,
  student: (task) => withTargetHead(task, 'self-distil').model,
});
