import { GraftError, networkOf, type Store } from '@graft-ml/core';
import { extractFeatures } from '@graft-ml/datasets/features';
import { distillation } from '@graft-ml/train/regularisers';
import { featureTable } from '@graft-ml/train/solvers';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { adapt } from '../adapt.js';
import { stepsOf } from '../phase.js';
import { settingOf, type Budget, type Recipe, type RecipeTask } from '../recipe.js';
import { slimModel } from '../slim-model.js';
import { withTargetHead } from '../surgery.js';
import { fineTune } from './fine-tune.js';
import { followHint, hintLayers, type HintLayers } from './follow-hint.js';
import { SLIM_WIDTH } from './slim.js';

export interface DistilOptions {
  /** The recipe's name in tables. */
  readonly name: string;
  readonly summary?: string;
  /** How the teacher is made, with half of the budget's steps; or a model that is a teacher already, which is not changed. */
  readonly teacher: Recipe | LayersModel;
  /** Makes the student: a model of the target's classes that ends in a softmax. */
  readonly student: (task: RecipeTask) => LayersModel;
  /**
   * Train the student's layers up to one of them to give what a layer of the teacher gives, before it learns the outputs (FitNets).
   * `middle` chooses the layers in the middle of both.
   */
  readonly hint?: 'middle' | HintLayers;
  /** Where the teacher's outputs are kept between runs, as features are. Default: computed once a run. */
  readonly store?: Store;
}

/** Probabilities are kept this far from 0 before their logarithm is taken. */
const SMALLEST = 1e-7;

/**
 * Distillation: a student learns a teacher's softened outputs beside the labels (Hinton, Vinyals & Dean 2015,
 * https://arxiv.org/abs/1503.02531). The teacher looks at each training example once; with a store, once for good.
 * `temperature` is T, and `mixing` the share of the teacher against the labels.
 *
 * With a `hint` the student's first layers learn the teacher's features before (FitNets, Romero et al. 2015,
 * https://arxiv.org/abs/1412.6550); `hinting` is the share of the student's steps for that.
 *
 * @throws GraftError (when run) `bad-input` when teacher and student have different classes, for a temperature of 0 or less, or
 *   hint layers whose features do not go together; `not-found` for hint layers that do not exist
 */
export function distil(options: DistilOptions): Recipe {
  const { name, teacher, student, hint, store } = options;
  return {
    name,
    summary: options.summary ?? 'a student learns the softened outputs of a fine-tuned teacher beside the labels',
    settings: { temperature: [4, 2], mixing: [0.7, 0.4] },
    async run(task) {
      const started = performance.now();
      const temperature = settingOf(task, 'temperature', 4);
      const mixing = settingOf(task, 'mixing', 0.7);
      const hinting = hint === undefined ? 0 : settingOf(task, 'hinting', 0.3);
      const model = student(task);
      let isMine = true;
      try {
        checkBeforeTraining(task, teacher, model, { temperature, mixing, hinting });
        const own = 'run' in teacher ? { ...task, budget: part(task, 0.5) } : task;
        const { network, dispose } = await taught(task, teacher);
        try {
          const probabilities = await outputsOf(network, task, store);
          if (hint !== undefined) {
            const layers = hint === 'middle' ? hintLayers(network, networkOf(model)) : hint;
            await followHint({ ...own, budget: part(own, hinting) }, network, model, layers, store);
          }
          const term = distillation({
            // Softmax knows logits only up to a constant, so logarithms of probabilities serve as well.
            teacherLogits: probabilities.map((value) => Math.log(Math.max(value, SMALLEST))),
            classes: probabilities.length / task.train.size,
            temperature,
            weight: mixing,
          });
          const phase = { frozen: new Set<string>(), terms: [term], lossWeight: 1 - mixing };
          const left = hint === undefined ? own : { ...own, budget: part(own, 1 - hinting) };
          // From here on it is adapt's to dispose, should anything fail.
          isMine = false;
          const outcome = await adapt(left, model, phase);
          return { ...outcome, trainSeconds: (performance.now() - started) / 1000 };
        } finally {
          dispose();
        }
      } catch (thrown) {
        if (isMine) model.dispose();
        throw thrown;
      }
    },
  };
}

/** The teacher, made first where it is a recipe's. */
async function taught(
  task: RecipeTask,
  teacher: DistilOptions['teacher'],
): Promise<{ readonly network: ReturnType<typeof networkOf>; readonly dispose: () => void }> {
  if (!('run' in teacher)) return { network: networkOf(teacher), dispose: () => undefined };
  const { model } = await teacher.run(quietly(task));
  return { network: networkOf(model), dispose: () => model.dispose() };
}

/** The teacher's probabilities for each training example, [examples × classes], looked at once. */
async function outputsOf(
  teacher: ReturnType<typeof networkOf>,
  { train, signal, onProgress }: RecipeTask,
  store: Store | undefined,
): Promise<Float32Array> {
  return (await featureTable(await extractFeatures(teacher, train, { store, signal, onProgress }), signal)).features;
}

function checkBeforeTraining(
  { train: { target } }: RecipeTask,
  teacher: DistilOptions['teacher'],
  student: LayersModel,
  { temperature, mixing, hinting }: Readonly<Record<'temperature' | 'mixing' | 'hinting', number>>,
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
  if (!(temperature > 0) || !(mixing >= 0 && mixing <= 1) || !(hinting >= 0 && hinting < 1)) {
    throw new GraftError({
      code: 'bad-input',
      what: `The temperature of distillation is ${temperature}, the mixing ${mixing}, and the share of hints ${hinting}.`,
      expected: 'A temperature above 0, a mixing from 0 to 1 and a share of hints below 1 were expected.',
    });
  }
}

/** The teacher's training has no checkpoint: a resumed run makes the same teacher again. */
function quietly(task: RecipeTask): RecipeTask {
  const { checkpoint: _checkpoint, resume: _resume, onEvent: _onEvent, ...rest } = task;
  return { ...rest, budget: part(task, 0.5) };
}

/** A share of the budget, in steps. */
function part({ budget, train }: RecipeTask, share: number): Budget {
  const { epochs: _epochs, ...rest } = budget;
  return { ...rest, steps: Math.max(1, Math.floor(stepsOf(budget, train.size) * share)) };
}

/** Born again: the student is the source once more (Furlanello et al. 2018, https://arxiv.org/abs/1805.04770). */
export const selfDistil: Recipe = distil({
  name: 'self-distil',
  teacher: fineTune,
  student: (task) => withTargetHead(task, 'self-distil').model,
});

/** A fine-tuned source teaches a narrow copy of its own architecture, with about a sixteenth of its parameters. */
export const slimDistil: Recipe = distil({
  name: 'distil',
  summary: 'a narrow copy of the source learns the softened outputs of the fine-tuned source beside the labels',
  teacher: fineTune,
  student: (task) => slimModel(task, settingOf(task, 'width', SLIM_WIDTH), 'distil').model,
});

/** The same, after the student's first layers have learnt the teacher's features (FitNets). */
export const slimHint: Recipe = distil({
  name: 'hint',
  summary:
    'as distil, after the narrow copy’s first layers have learnt the features of the fine-tuned source (FitNets)',
  teacher: fineTune,
  student: (task) => slimModel(task, settingOf(task, 'width', SLIM_WIDTH), 'hint').model,
  hint: 'middle',
});
