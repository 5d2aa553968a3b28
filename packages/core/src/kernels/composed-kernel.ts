import * as tf from '@tensorflow/tfjs-core';
import { GraftError } from '../errors/graft-error.js';

/** A kernel put together from tfjs ops, which run on the engine that is selected. */
export interface ComposedKernel {
  readonly name: string;
  /** Called in `tf.tidy`. Undefined where the engine's own kernel is right and shall run. */
  compose(call: KernelCall): tf.Tensor | undefined;
}

export interface KernelCall {
  /** By name; an operand of a list (einsum) by its number. */
  readonly inputs: Readonly<Record<string, tf.Tensor>>;
  readonly attrs: tf.NamedAttrMap;
  /** The engine's own kernel. */
  readonly own: (inputs: Readonly<Record<string, tf.Tensor>>, attrs: tf.NamedAttrMap) => tf.Tensor;
}

const installed = new WeakMap<ComposedKernel, Set<string>>();

/**
 * Put a composed kernel before an engine's own. Twice is harmless.
 *
 * @param engine the name under which TensorFlow.js knows the engine, e.g. `webgl`
 */
export function composeKernel(kernel: ComposedKernel, engine: string): void {
  const engines = installed.get(kernel) ?? new Set();
  if (engines.has(engine)) return;
  installed.set(kernel, engines.add(engine));
  const original: tf.KernelConfig | undefined = tf.getKernel(kernel.name, engine);
  const kernelFunc: tf.KernelFunc = (params) => {
    const { backend, attrs = {} } = params;
    const inputs = tensorsOf(kernel.name, params.inputs);
    const ownFunc = (given: tf.NamedTensorInfoMap, with_: tf.NamedAttrMap): tf.TensorInfo | tf.TensorInfo[] => {
      if (original !== undefined) return original.kernelFunc({ inputs: given, backend, attrs: with_ });
      throw new GraftError({ code: 'unavailable', what: `The engine "${engine}" has no kernel ${kernel.name}.` });
    };
    const made: { output?: tf.Tensor | undefined } = {};
    tf.tidy(() => {
      made.output = kernel.compose({
        inputs,
        attrs,
        own(given, with_) {
          const info = ownFunc({ ...given }, with_);
          if (!Array.isArray(info)) return tf.engine().makeTensorFromTensorInfo(info);
          throw new GraftError({ code: 'internal', what: `${kernel.name} gave several outputs.` });
        },
      });
      if (made.output === undefined) return [];
      // An input handed on as it is must not be disposed with the output.
      if (Object.values(inputs).includes(made.output)) made.output = tf.clone(made.output);
      return [made.output];
    });
    return made.output ?? ownFunc(params.inputs, attrs);
  };
  if (original !== undefined) tf.unregisterKernel(kernel.name, engine);
  tf.registerKernel({ ...original, kernelName: kernel.name, backendName: engine, kernelFunc });
}

function tensorsOf(name: string, inputs: tf.NamedTensorInfoMap): Record<string, tf.Tensor> {
  const tensors: Record<string, tf.Tensor> = {};
  for (const [key, value] of Object.entries(inputs)) {
    if (value instanceof tf.Tensor) tensors[key] = value;
    else if (value !== undefined && value !== null) {
      throw new GraftError({ code: 'internal', what: `${name} was called with something that is no tensor.` });
    }
  }
  return tensors;
}
