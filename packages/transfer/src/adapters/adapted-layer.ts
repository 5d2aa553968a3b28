import * as tf from '@tensorflow/tfjs-core';
import * as layers from '@tensorflow/tfjs-layers';
import { GraftError, type Layer } from '@graft-ml/core';
import { applyKernel, plainLayer, type BaseLayer } from './base-layer.js';
import { formOf } from './kernel-form.js';
import type { AdapterMethod, KernelForm } from './method.js';

export interface AdaptedLayerArgs {
  readonly name: string;
  readonly base: BaseLayer;
  readonly method: AdapterMethod;
  /** Seeds the adapter's random weights. */
  readonly seed: number;
}

/**
 * A dense layer, convolution or depthwise convolution whose kernel is changed by an adapter each time that it is called. Its
 * first weights are the base layer's own, by the same names; the adapter's follow. It lives in memory only: merge it, or save the
 * adapter alone.
 */
export class AdaptedLayer extends layers.layers.Layer {
  static readonly className = 'GraftAdapted';
  readonly base: BaseLayer;
  readonly method: AdapterMethod;
  readonly #seed: number;
  readonly #own: Layer;
  #form: KernelForm | undefined;
  #adapter: layers.LayerVariable[] = [];

  constructor({ name, base, method, seed }: AdaptedLayerArgs) {
    super({ name });
    this.base = base;
    this.method = method;
    this.#seed = seed;
    this.#own = plainLayer(base, name);
  }

  override build(inputShape: layers.Shape | layers.Shape[]): void {
    this.#own.build(inputShape);
    const kernel = this.#own.weights[0];
    if (kernel === undefined) throw new GraftError({ code: 'internal', what: `"${this.name}" has no kernel.` });
    const form = formOf(
      this.base.kind,
      kernel.shape.map((size) => size ?? 1),
    );
    this.#form = form;
    this.trainableWeights = [...this.#own.weights];
    this.#adapter = (this.method.weights(form) ?? []).map(({ name, shape, start }, at) =>
      this.addWeight(
        name,
        [...shape],
        'float32',
        start === 'random'
          ? layers.initializers.glorotUniform({ seed: this.#seed + at })
          : start === 'zeros'
            ? layers.initializers.zeros()
            : layers.initializers.ones(),
      ),
    );
    this.built = true;
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => {
      const x = Array.isArray(inputs) ? inputs[0] : inputs;
      if (x === undefined) throw new GraftError({ code: 'internal', what: `"${this.name}" has no input.` });
      const { kernel, bias } = this.merged();
      const y = applyKernel(this.base, x, kernel, bias);
      const activated = ACTIVATION.get(this.base.activation)?.(y) ?? y;
      return activated;
    });
  }

  /** The kernel and bias with the adapter's change in them. Call it inside `tf.tidy`. */
  merged(): { readonly kernel: tf.Tensor; readonly bias: tf.Tensor | undefined } {
    const [kernel, bias] = this.#own.weights.map((weight) => weight.read());
    if (kernel === undefined || this.#form === undefined) {
      throw new GraftError({ code: 'internal', what: `"${this.name}" is not built.` });
    }
    const adapter = this.#adapter.map((weight) => weight.read());
    return {
      kernel: this.method.kernel(kernel, this.#form, adapter),
      bias: bias === undefined ? undefined : this.method.bias(bias, this.#form, adapter),
    };
  }

  override computeOutputShape(inputShape: layers.Shape | layers.Shape[]): layers.Shape | layers.Shape[] {
    return this.#own.computeOutputShape(inputShape);
  }

  override getClassName(): string {
    return AdaptedLayer.className;
  }
}

const ACTIVATION: ReadonlyMap<string, (x: tf.Tensor) => tf.Tensor> = new Map<string, (x: tf.Tensor) => tf.Tensor>([
  ['elu', tf.elu],
  ['hardSigmoid', (x) => tf.clipByValue(tf.add(tf.mul(x, 0.2), 0.5), 0, 1)],
  ['relu', tf.relu],
  ['relu6', tf.relu6],
  ['selu', tf.selu],
  ['sigmoid', tf.sigmoid],
  ['softplus', tf.softplus],
  ['tanh', tf.tanh],
  ['swish', (x) => tf.mul(x, tf.sigmoid(x))],
]);
