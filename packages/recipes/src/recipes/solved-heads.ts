import * as tf from '@tensorflow/tfjs-core';
import { GraftError, networkOf, parameterCount, type Network } from '@graft-ml/core';
import type { Dataset } from '@graft-ml/datasets';
import { evaluate, type Evaluation, type TrainResult } from '@graft-ml/train';
import { classMeans, featureTable, logisticRegression, ridgeRegression, scaleOf } from '@graft-ml/train/solvers';
import type { LinearSolution } from '@graft-ml/train/solvers';
import { cut, freeze, headFor, withHead, type BridgeKind } from '@graft-ml/transfer';
import { settingOf, type Recipe, type RecipeOutcome, type RecipeTask } from '../recipe.js';
import { penultimate } from '../surgery.js';
import { splitAtHead, throughTrunk } from '../through-trunk.js';
import { chooseStrength } from './choose-strength.js';

type Solve = (features: Dataset, task: RecipeTask) => Promise<LinearSolution>;

/** A recipe whose new output layer is computed from cached features, not trained in steps. */
function solvedHead(
  name: string,
  summary: string,
  solve: Solve,
  settings?: Recipe['settings'],
  bridge: BridgeKind = 'auto',
): (at?: string) => Recipe {
  return (at) => ({
    name: at === undefined ? name : `${name}@${at}`,
    summary,
    rateless: true,
    frozenBackbone: true,
    ...(settings === undefined ? {} : { settings }),
    async run(task) {
      const started = performance.now();
      const cuts = at === undefined ? [penultimate(networkOf(task.source)).path] : at.split('@');
      const grafted = withHead(cut(task.source, cuts), headFor(task.train.target), { seed: task.seed, name, bridge });
      try {
        const { frozen } = freeze(grafted.network, { paths: grafted.backbonePaths });
        const { trunk, tail } = splitAtHead(grafted, frozen);
        const features = await throughTrunk(task, trunk, task.train);
        const solution = await solve(features, task);
        putInto(grafted.network, grafted.headPaths, solution);
        const seconds = (performance.now() - started) / 1000;
        // How much it learnt tells a cut that is too late from too few labels.
        const learnt = await evaluate(tail, features, { signal: task.signal });
        return outcomeOf(grafted.model, frozen, solution, learnt, seconds);
      } catch (thrown) {
        grafted.model.dispose();
        throw thrown;
      }
    },
  });
}

/** Logistic regression; `l2` is its strength on features that are scaled to unit spread. */
function logistic(usual: number): Solve {
  return async (features, task) => {
    const table = await featureTable(features, task.signal);
    return logisticRegression(table, {
      l2: settingOf(task, 'l2', usual) * scaleOf(table).scale ** 2,
      ...weightsOf(task),
      signal: task.signal,
    });
  };
}

export const logisticAt: (at?: string) => Recipe = solvedHead(
  'logistic',
  'logistic regression on cached features, solved to convergence; @a@b joins the features of several layers',
  logistic(0.01),
  { l2: [0.01, 0.001, 0.1] },
);

/** Where things are in a picture is kept. */
export const logisticFlatAt: (at?: string) => Recipe = solvedHead(
  'logistic-flat',
  'logistic regression on every position of the feature maps, where logistic takes their means; @a@b joins several layers',
  logistic(3e-4),
  { l2: [3e-4, 3e-5, 3e-3] },
  'flatten',
);

/** Logistic regression whose strength the training examples choose by cross-validation. */
export const logisticCvAt: (at?: string) => Recipe = solvedHead(
  'logistic-cv',
  'logistic regression on cached features, its strength chosen by cross-validation; @a@b joins the features of several layers',
  async (features, task) => {
    const table = await featureTable(features, task.signal);
    const { scale } = scaleOf(table);
    const l2 = (await chooseStrength(features, task, scale)) ?? 0.01 * scale ** 2;
    return logisticRegression(table, { l2, ...weightsOf(task), signal: task.signal });
  },
);

/** Ridge regression in closed form; for classes on targets −1 and 1. */
export const ridgeAt: (at?: string) => Recipe = solvedHead(
  'ridge',
  'ridge regression on cached features, in closed form; @a@b joins the features of several layers',
  async (features, task) => {
    const table = await featureTable(features, task.signal);
    if (task.classWeights !== undefined) {
      throw new GraftError({
        code: 'bad-input',
        what: 'Ridge regression knows no class weights.',
        remedy: 'Use logistic or class-mean, or leave the weights out.',
      });
    }
    const l2 = settingOf(task, 'l2', 0.1) * table.rows * scaleOf(table).scale ** 2;
    return ridgeRegression(table, { l2, signal: task.signal });
  },
  { l2: [0.1, 0.01, 1] },
);

/** The class whose mean features are nearest; nothing is trained. */
export const classMeanAt: (at?: string) => Recipe = solvedHead(
  'class-mean',
  'the class whose mean features are nearest: prototypes, nothing to train',
  (features, task) => classMeans(features, { signal: task.signal }),
);

function weightsOf({ classWeights }: RecipeTask): Pick<RecipeTask, 'classWeights'> {
  return classWeights === undefined ? {} : { classWeights };
}

function putInto(network: Network, headPaths: readonly string[], { kernel, bias }: LinearSolution): void {
  const head = headPaths.at(-1) ?? '';
  for (const [name, values] of [
    [`${head}/kernel`, kernel],
    [`${head}/bias`, bias],
  ] as const) {
    const weight = network.weights.find((each) => each.name === name);
    if (weight === undefined || weight.variable.size !== values.length) {
      throw new GraftError({ code: 'internal', what: `The solution does not fit the weight "${name}".` });
    }
    tf.tidy(() => {
      weight.variable.assign(tf.tensor(values, [...weight.shape]));
    });
  }
}

function outcomeOf(
  model: RecipeOutcome['model'],
  frozen: ReadonlySet<string>,
  { losses, converged }: LinearSolution,
  learnt: Evaluation,
  seconds: number,
): RecipeOutcome {
  const { weights } = networkOf(model);
  const steps = Math.max(1, losses.length - 1);
  const trainAccuracy = learnt.metrics['accuracy'];
  const result: TrainResult = {
    steps,
    epochs: steps,
    seconds,
    history: [
      ...losses.slice(1, steps).map((trainLoss, at) => ({ step: at + 1, epoch: at + 1, trainLoss })),
      {
        step: steps,
        epoch: steps,
        trainLoss: losses[steps] ?? learnt.loss,
        ...(trainAccuracy === undefined ? {} : { trainAccuracy }),
      },
    ],
    stopReason: converged ? 'target' : 'done',
  };
  return {
    model,
    frozen,
    trainableParameters: parameterCount(weights.filter(({ name }) => !frozen.has(name))),
    totalParameters: parameterCount(weights),
    result,
    trainSeconds: seconds,
  };
}
