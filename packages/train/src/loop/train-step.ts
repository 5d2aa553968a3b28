import * as tf from '@tensorflow/tfjs-core';
import { forward, softmaxHead, type HeadGradients, type NetworkNode, type Rng, type SoftmaxHead } from '@graft-ml/core';
import { disposeBatch, type Batch } from '@graft-ml/datasets';
import { accuracy, type Metric } from '@graft-ml/metrics';
import { computeLoss } from '../losses/compute-loss.js';
import { isPlain } from '../losses/loss.js';
import { clipByGlobalNorm } from '../optimizers/clip-norm.js';
import { ruleFor } from '../optimizers/rule-for.js';
import type { UpdateRule } from '../optimizers/update-rule.js';
import { checkClassIds, checkShares } from '../targets.js';
import { divergence } from './divergence.js';
import type { Plan } from './plan.js';

/** What one step found, over its batch, before its update. */
export interface StepOutcome {
  readonly loss: number;
  /** Only for classes. */
  readonly accuracy?: number;
}

/**
 * One step of training: forward, loss, gradients, update. Owns the optimizer's state; call `dispose` at the end.
 *
 * The loss is read before the weights are updated, so a step that diverges leaves them as they were.
 */
export class TrainStep {
  /** The optimizer's state for each trained weight, in the order of `rule.state`. */
  readonly state: Map<string, tf.Tensor[]>;
  readonly rule: UpdateRule;
  readonly #plan: Plan;
  readonly #noise: Rng;
  readonly #variables: tf.Variable[];
  readonly #weights: ReadonlyMap<string, tf.Variable>;
  readonly #watched: ReadonlySet<string>;
  readonly #accuracy: Metric | undefined;
  /** Where nothing but a softmax layer trains, by its plain loss. */
  readonly #head: SoftmaxHead | undefined;

  constructor(plan: Plan, noise: Rng) {
    this.#plan = plan;
    this.#noise = noise;
    this.#variables = plan.trained.map((weight) => weight.variable);
    this.#weights = new Map(plan.trained.map(({ name, variable }) => [name, variable]));
    this.#watched = new Set(plan.terms.flatMap(({ watches = [] }) => watches));
    this.#accuracy = plan.loss.kind === 'cross-entropy' ? accuracy() : undefined;
    const isAlone = isPlain(plan.loss) && plan.lossWeight === 1 && plan.terms.length === 0;
    this.#head = isAlone ? softmaxHead(plan.network, plan.trained) : undefined;
    this.rule = ruleFor(plan.optimizer);
    this.state = new Map(
      plan.trained.map(({ name, shape }) => [name, this.rule.state.map(() => tf.zeros([...shape]))]),
    );
  }

  /**
   * @param step counts from 1
   * @param factor on the learning rates
   * @throws GraftError `diverged` naming step and parameter group, `bad-input` naming an example with a foreign label
   */
  async run(step: number, indices: Int32Array, factor: number): Promise<StepOutcome> {
    const batch = await this.#plan.data.batch(indices);
    try {
      await this.#checkLabels(batch);
      const { value, grads, outputs } = this.#gradients(step, batch);
      try {
        const loss = (await value.data())[0] ?? Number.NaN;
        if (!Number.isFinite(loss)) throw await divergence(this.#plan, step, loss, batch, grads);
        const right = await this.#accuracyOf(outputs, batch);
        this.#update(step, grads, factor);
        return right === undefined ? { loss } : { loss, accuracy: right };
      } finally {
        tf.dispose([value, ...outputs]);
        tf.dispose(grads);
      }
    } finally {
      disposeBatch(batch);
    }
  }

  dispose(): void {
    for (const tensors of this.state.values()) tf.dispose(tensors);
    this.state.clear();
  }

  #gradients(step: number, batch: Batch): HeadGradients {
    const { network, frozen, loss, form, lossWeight, terms } = this.#plan;
    const rng = this.#noise.fork(step);
    const common = { training: true, frozen, rng };
    const quick = this.#head?.gradients(batch.inputs, batch.targets, common);
    if (quick !== undefined) return quick;
    // The network's outputs, which tfjs would drop at the end of the pass.
    const outputs: tf.Tensor[] = [];
    try {
      const { value, grads } = tf.variableGrads(() => {
        const activations = new Map<string, tf.Tensor>();
        const onNode = ({ path }: NetworkNode, value: tf.Tensor): void => void activations.set(path, value);
        const options = { ...common, logits: form === 'logits', onNode, watched: this.#watched };
        const [output = tf.scalar(0)] = forward(network, batch.inputs, options);
        if (this.#accuracy !== undefined) outputs.push(tf.keep(output));
        const plain = computeLoss(loss, output, batch.targets, form);
        const main = lossWeight === 1 ? plain : tf.mul(plain, lossWeight);
        const view = { batch, output, activations, weights: this.#weights };
        const value = terms.reduce((sum, term) => tf.add(sum, term.compute(view)), main);
        return tf.reshape(value, []);
      }, this.#variables);
      return { value, grads, outputs };
    } catch (error) {
      tf.dispose(outputs);
      throw error;
    }
  }

  async #accuracyOf([output]: readonly tf.Tensor[], batch: Batch): Promise<number | undefined> {
    // Mixed examples are of no one class: being right has no meaning there.
    const mixed = this.#plan.loss.kind === 'cross-entropy' && batch.targets.rank === 2;
    if (this.#accuracy === undefined || output === undefined || mixed) return undefined;
    this.#accuracy.reset();
    this.#accuracy.update(await output.data<'float32'>(), await batch.targets.data(), this.#plan.units);
    return this.#accuracy.result();
  }

  #update(step: number, grads: tf.NamedTensorMap, factor: number): void {
    const { groups, trained, clipNorm } = this.#plan;
    tf.tidy(() => {
      // A weight that the loss does not depend on has no gradient and stays as it is.
      let gradients = new Map<string, tf.Tensor>();
      for (const { name, variable } of trained) {
        const gradient = grads[variable.name];
        if (gradient !== undefined) gradients.set(name, gradient);
      }
      if (clipNorm !== undefined) gradients = clipByGlobalNorm(gradients, clipNorm);
      for (const group of groups) {
        const update = this.rule.prepare(step, group.learningRate * factor, group.weightDecay);
        for (const { name, variable } of group.weights) {
          const gradient = gradients.get(name);
          if (gradient === undefined) continue;
          const before = this.state.get(name) ?? [];
          const { value, state } = update(variable, gradient, before);
          variable.assign(value);
          this.state.set(
            name,
            state.map((tensor) => tf.keep(tensor)),
          );
          tf.dispose(before);
        }
      }
    });
  }

  /** Only for datasets that do not list their classes: the others were checked before the first step. */
  async #checkLabels(batch: Batch): Promise<void> {
    const { data, units } = this.#plan;
    if (data.target.kind !== 'classes' || data.classes !== undefined) return;
    if (batch.targets.rank === 2) {
      checkShares(batch.targets.shape, units, data.name);
      return;
    }
    checkClassIds(await batch.targets.data(), batch.indices, units, data.name);
  }
}
