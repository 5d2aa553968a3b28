import { createRng, networkOf, parameterCount, type Network } from '@graft-ml/core';
import type { Dataset } from '@graft-ml/datasets';
import { mixed } from '@graft-ml/datasets/augment';
import { adam, crossEntropy, fit, type TrainEvent, type TrainResult } from '@graft-ml/train';
import { renewStatistics } from '@graft-ml/train/averaging';
import { splitTrunk } from '@graft-ml/transfer';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { joinedEvents, joinedResults } from './joined-phases.js';
import { stepsOfPhases, type Phase } from './phase.js';
import type { RecipeOutcome, RecipeTask } from './recipe.js';
import { throughTrunk } from './through-trunk.js';
import { scaledTargets, targetScale, unscaleOutputs, type TargetScale } from './scaled-targets.js';

/**
 * Train a model on the task's data, in one phase or in several one after another: in each, the frozen trunk, if there is
 * one, maps the data once, and only the tail is trained. The end of most recipes. The phases share the budget's steps.
 *
 * Values as targets are standardised by the training data, so that one learning rate suits all units; the adapted model's output
 * layer takes that back. Losses and metrics while it trains are of the standardised values.
 *
 * @param model the model to adapt, in place; on success it belongs to the outcome, on failure it is disposed
 */
export async function adapt(
  given: RecipeTask,
  model: LayersModel,
  phases: Phase | readonly Phase[],
): Promise<RecipeOutcome> {
  try {
    const started = performance.now();
    const network = networkOf(model);
    const scale = given.train.target.kind === 'values' ? await targetScale(given.train, given.signal) : undefined;
    const task = scale === undefined ? given : standardised(given, scale);
    const list = (isList(phases) ? phases : [phases]).map((phase) => weighted(task.adjust?.(phase) ?? phase, task));
    const steps = stepsOfPhases(list, task.budget, task.train.size);
    const results: TrainResult[] = [];
    for (const [at, phase] of list.entries()) {
      const join = joinedEvents(steps, results, parameterCount(trainable(network, phase.frozen)));
      results.push(await trainPhase(task, network, phase, { at, steps: steps[at] ?? 1 }, join));
    }
    const result = joinedResults(results);
    if (scale !== undefined) unscaleOutputs(network, scale);
    task.onEvent?.({ type: 'end', result });
    const ever = network.weights.filter(({ name, statistic }) => !statistic && !list.every((p) => p.frozen.has(name)));
    return {
      model,
      frozen: new Set([...(list[0]?.frozen ?? [])].filter((name) => list.every((phase) => phase.frozen.has(name)))),
      trainableParameters: parameterCount(ever),
      totalParameters: parameterCount(network.weights),
      result,
      trainSeconds: (performance.now() - started) / 1000,
    };
  } catch (thrown) {
    model.dispose();
    throw thrown;
  }
}

function standardised(task: RecipeTask, scale: TargetScale): RecipeTask {
  const { train, validation } = task;
  return {
    ...task,
    train: scaledTargets(train, scale),
    ...(validation === undefined ? {} : { validation: scaledTargets(validation, scale) }),
  };
}

/**
 * As many mixtures as the phase takes examples, so that none comes twice. Pictures are cut before any feature is computed from
 * them, while mixup works on features as well.
 */
function mixtures(data: Dataset, kind: 'mixup' | 'cutmix', steps: number, batchSize: number, seed: number): Dataset {
  const views = Math.ceil(steps / Math.ceil(data.size / batchSize));
  return mixed(data, { kind, views, seed: createRng(seed).fork('mix').seed() });
}

/** Checkpoints of phases after the first go to files of their own, so that a resumed run passes through all of them. */
async function trainPhase(
  task: RecipeTask,
  network: Network,
  { prepare, ...planned }: Phase,
  { at, steps }: { readonly at: number; readonly steps: number },
  join: (event: TrainEvent) => TrainEvent | undefined,
): Promise<TrainResult> {
  const {
    frozen,
    share: _share,
    mix,
    renewStatistics: renews,
    groups,
    ...settings
  } = {
    ...planned,
    ...(await prepare?.()),
  };
  // Pasted pictures have no cached features.
  const { trunk, tail } = mix === 'cutmix' ? { trunk: undefined, tail: network } : splitTrunk(network, frozen);
  // The tail does not know the trunk's weights, and refuses groups that name them.
  const inTrunk = new Set(trunk?.weights.map(({ name }) => name));
  const seen = await throughTrunk(task, trunk, task.train);
  const validation = task.validation && (await throughTrunk(task, trunk, task.validation));
  const { batchSize, learningRate } = task.budget;
  const { checkpoint } = task;
  const batch = Math.min(batchSize, seen.size);
  const seed =
    at === 0
      ? task.seed
      : createRng(task.seed)
          .fork(`phase ${at + 1}`)
          .seed();
  const data = mix === undefined ? seen : mixtures(seen, mix, steps, batch, seed);
  const name = checkpoint?.name ?? 'checkpoint.safetensors';
  const training = fit({
    network: tail,
    data,
    validation,
    steps,
    signal: task.signal,
    checkpoint:
      checkpoint === undefined ? undefined : { ...checkpoint, name: at === 0 ? name : `phase${at + 1}-${name}` },
    resume: task.resume,
    batchSize: batch,
    // Mixtures are one long epoch.
    validateEvery: Math.ceil(seen.size / batch),
    optimizer: adam({ learningRate }),
    seed,
    frozen,
    groups: groups?.map((group) => ({ ...group, weights: group.weights.filter((name) => !inTrunk.has(name)) })),
    ...settings,
  });
  for await (const event of training) {
    const joined = join(event);
    if (joined !== undefined) task.onEvent?.(joined);
  }
  const result = await training.result();
  if (renews === true) await renewStatistics(tail, data, { frozen, batchSize: batch, seed, signal: task.signal });
  return result;
}

/** A phase whose loss, where it is cross-entropy, counts examples by their class. */
function weighted(phase: Phase, { classWeights, train }: RecipeTask): Phase {
  const { loss = crossEntropy() } = phase;
  if (classWeights === undefined || train.target.kind !== 'classes' || loss.kind !== 'cross-entropy') return phase;
  return { ...phase, loss: { ...loss, classWeights } };
}

function trainable(network: Network, frozen: ReadonlySet<string>): Network['weights'] {
  return network.weights.filter(({ name, statistic }) => !statistic && !frozen.has(name));
}

function isList(phases: Phase | readonly Phase[]): phases is readonly Phase[] {
  return Array.isArray(phases);
}
