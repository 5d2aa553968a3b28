import { createRng, networkOf, parameterCount, type Network } from '@graft-ml/core';
import { adam, fit, type TrainEvent, type TrainResult } from '@graft-ml/train';
import { splitTrunk } from '@graft-ml/transfer';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { joinedEvents, joinedResults } from './joined-phases.js';
import { stepsOfPhases, type Phase } from './phase.js';
import type { RecipeOutcome, RecipeTask } from './recipe.js';
import { throughTrunk } from './through-trunk.js';

/**
 * Train a model on the task's data, in one phase or in several one after another: in each, the frozen trunk, if there is
 * one, maps the data once, and only the tail is trained. The end of most recipes. The phases share the budget's steps.
 *
 * @param model the model to adapt, in place; on success it belongs to the outcome, on failure it is disposed
 */
export async function adapt(
  task: RecipeTask,
  model: LayersModel,
  phases: Phase | readonly Phase[],
): Promise<RecipeOutcome> {
  try {
    const started = performance.now();
    const network = networkOf(model);
    const list = (isList(phases) ? phases : [phases]).map((phase) => task.adjust?.(phase) ?? phase);
    const steps = stepsOfPhases(list, task.budget, task.train.size);
    const results: TrainResult[] = [];
    for (const [at, phase] of list.entries()) {
      const join = joinedEvents(steps, results, parameterCount(trainable(network, phase.frozen)));
      results.push(await trainPhase(task, network, phase, { at, steps: steps[at] ?? 1 }, join));
    }
    const result = joinedResults(results);
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

/** Checkpoints of phases after the first go to files of their own, so that a resumed run passes through all of them. */
async function trainPhase(
  task: RecipeTask,
  network: Network,
  { frozen, share: _share, groups, ...settings }: Phase,
  { at, steps }: { readonly at: number; readonly steps: number },
  join: (event: TrainEvent) => TrainEvent | undefined,
): Promise<TrainResult> {
  const { trunk, tail } = splitTrunk(network, frozen);
  // The tail does not know the trunk's weights, and refuses groups that name them.
  const inTrunk = new Set(trunk?.weights.map(({ name }) => name));
  const data = await throughTrunk(task, trunk, task.train);
  const validation = task.validation && (await throughTrunk(task, trunk, task.validation));
  const { batchSize, learningRate } = task.budget;
  const { checkpoint } = task;
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
    batchSize: Math.min(batchSize, data.size),
    optimizer: adam({ learningRate }),
    seed:
      at === 0
        ? task.seed
        : createRng(task.seed)
            .fork(`phase ${at + 1}`)
            .seed(),
    frozen,
    groups: groups?.map((group) => ({ ...group, weights: group.weights.filter((name) => !inTrunk.has(name)) })),
    ...settings,
  });
  for await (const event of training) {
    const joined = join(event);
    if (joined !== undefined) task.onEvent?.(joined);
  }
  return training.result();
}

function trainable(network: Network, frozen: ReadonlySet<string>): Network['weights'] {
  return network.weights.filter(({ name, statistic }) => !statistic && !frozen.has(name));
}

function isList(phases: Phase | readonly Phase[]): phases is readonly Phase[] {
  return Array.isArray(phases);
}
