import * as tf from '@tensorflow/tfjs-core';
import type { NamedArray, NetworkWeight } from '@graft-ml/core';
import type { Plan } from '../loop/plan.js';
import type { RunState } from '../loop/run-state.js';
import type { TrainStep } from '../loop/train-step.js';
import type { WeightSnapshot } from '../loop/weight-snapshot.js';
import { corrupt } from './corrupt.js';
import { decodeCheckpoint, encodeCheckpoint } from './checkpoint-file.js';
import { assertSameRun, runIdentity, type RunIdentity } from './run-identity.js';

/** Where tensors that belong to a run live while it runs. */
export interface RunTensors {
  readonly trainStep: TrainStep;
  readonly best: WeightSnapshot;
}

/**
 * Writes and reads a run's one checkpoint file: weights and statistics (`weights/…`), the optimizer's state
 * (`optimizer/<state>/…`), the best weights (`best/…`), what followers keep (`follower/<number>/…`), and the run's
 * state and identity as metadata.
 */
export class Checkpointer {
  readonly name: string;
  readonly location: string;
  readonly #plan: Plan;
  readonly #place: NonNullable<Plan['checkpoint']>;
  readonly #identity: RunIdentity;

  private constructor(plan: Plan, place: NonNullable<Plan['checkpoint']>, identity: RunIdentity) {
    this.name = place.name;
    this.location = place.store.location;
    this.#plan = plan;
    this.#place = place;
    this.#identity = identity;
  }

  static async of(plan: Plan): Promise<Checkpointer | undefined> {
    return plan.checkpoint === undefined ? undefined : new Checkpointer(plan, plan.checkpoint, await runIdentity(plan));
  }

  /** @throws GraftError `storage` when the store refuses; the checkpoint before it is then still whole */
  async save(state: RunState, { trainStep, best }: RunTensors): Promise<void> {
    const arrays = new Map<string, NamedArray>();
    for (const { name, variable } of this.#plan.network.weights) arrays.set(`weights/${name}`, await read(variable));
    for (const [name, tensors] of trainStep.state) {
      for (const [at, tensor] of tensors.entries()) arrays.set(stateKey(trainStep, at, name), await read(tensor));
    }
    for (const [name, tensor] of best.values) arrays.set(`best/${name}`, await read(tensor));
    for (const [at, follower] of this.#plan.followers.entries()) {
      for (const [name, tensor] of follower.tensors) arrays.set(`follower/${at}/${name}`, await read(tensor));
    }
    const bytes = await encodeCheckpoint({ metadata: { identity: this.#identity, state }, arrays });
    await this.#place.store.write(this.name, bytes);
  }

  /**
   * Put a saved run back in place: weights, optimizer state and best weights. Nothing is changed when it throws.
   *
   * @returns the state to go on from; undefined when there is no checkpoint
   * @throws GraftError `corrupt` for a damaged file, `bad-input` for a checkpoint of another run
   */
  async load({ trainStep, best }: RunTensors): Promise<RunState | undefined> {
    if (!(await this.#place.store.has(this.name))) return undefined;
    const from = `${this.location}/${this.name}`;
    const { metadata, arrays } = await decodeCheckpoint(await this.#place.store.read(this.name), from);
    assertSameRun(metadata.identity, this.#identity, from);
    const { weights } = this.#plan.network;
    const pick = (key: string, { shape }: NetworkWeight): NamedArray => picked(arrays, key, shape, from);
    const values = weights.map((weight) => ({ weight, array: pick(`weights/${weight.name}`, weight) }));
    const states = this.#plan.trained.map((weight) => ({
      weight,
      arrays: trainStep.rule.state.map((_, at) => pick(stateKey(trainStep, at, weight.name), weight)),
    }));
    const bestValues = weights
      .filter(({ name }) => arrays.has(`best/${name}`))
      .map((weight) => ({ weight, array: pick(`best/${weight.name}`, weight) }));
    tf.tidy(() => {
      for (const { weight, array } of values) weight.variable.assign(tensorOf(array, weight.variable.dtype));
    });
    trainStep.dispose();
    for (const { weight, arrays: kept } of states)
      trainStep.state.set(
        weight.name,
        kept.map((array) => tensorOf(array, 'float32')),
      );
    best.hold(new Map(bestValues.map(({ weight, array }) => [weight.name, tensorOf(array, weight.variable.dtype)])));
    for (const [at, follower] of this.#plan.followers.entries()) {
      const prefix = `follower/${at}/`;
      const own = [...arrays].filter(([key]) => key.startsWith(prefix));
      follower.hold(new Map(own.map(([key, array]) => [key.slice(prefix.length), tensorOf(array, 'float32')])));
    }
    return metadata.state;
  }
}

function stateKey(trainStep: TrainStep, at: number, weight: string): string {
  return `optimizer/${trainStep.rule.state[at] ?? at}/${weight}`;
}

function picked(
  arrays: ReadonlyMap<string, NamedArray>,
  key: string,
  shape: readonly number[],
  from: string,
): NamedArray {
  const array = arrays.get(key);
  if (array !== undefined && array.shape.join() === shape.join()) return array;
  return corrupt(
    `${from} has ${array === undefined ? 'no array' : `an array of shape [${array.shape.join(', ')}]`} for "${key}".`,
    `Shape [${shape.join(', ')}] was expected.`,
  );
}

async function read(tensor: tf.Tensor): Promise<NamedArray> {
  return { shape: tensor.shape, data: await tensor.data() };
}

function tensorOf({ data, shape }: NamedArray, dtype: tf.DataType): tf.Tensor {
  return tf.tensor(data, [...shape], dtype);
}
