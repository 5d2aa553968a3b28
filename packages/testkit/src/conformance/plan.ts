import * as tf from '@tensorflow/tfjs-core';
import { createRng } from '@graft-ml/core';

/** An input of an operation as plain data, so that a failing example prints as something that can be typed in. */
export interface PlannedTensor {
  readonly shape: readonly number[];
  readonly dtype?: 'float32' | 'int32' | 'bool';
  /** Uniform values in [-1, 1) from this seed for floats, in [low, high) for integers. */
  readonly seed: number;
  readonly low?: number;
  readonly high?: number;
  /** Only whole numbers, also in floats, so that some are equal. */
  readonly whole?: boolean;
  /** Values written over the drawn ones, by flat index modulo the size: where NaN and infinities go in. */
  readonly overwrite?: readonly (readonly [index: number, value: number])[];
}

/** One call of a kernel with plain inputs and attributes: what a property test draws, runs twice and compares. */
export interface KernelPlan {
  readonly kernel: string;
  readonly inputs: Readonly<Record<string, PlannedTensor>>;
  readonly attrs: tf.NamedAttrMap;
}

export function valuesOf(plan: PlannedTensor): Float32Array | Int32Array | Uint8Array {
  const size = plan.shape.reduce((total, each) => total * each, 1);
  const dtype = plan.dtype ?? 'float32';
  const rng = createRng(plan.seed);
  const low = plan.low ?? (dtype === 'float32' ? -1 : 0);
  const high = plan.high ?? (dtype === 'bool' ? 2 : dtype === 'int32' ? 10 : 1);
  const make = { float32: Float32Array, int32: Int32Array, bool: Uint8Array }[dtype];
  const values = new make(size);
  for (let at = 0; at < size; at++) {
    values[at] =
      dtype === 'float32' && plan.whole !== true ? low + rng.uniform() * (high - low) : low + rng.int(high - low);
  }
  for (const [index, value] of plan.overwrite ?? []) if (size > 0) values[index % size] = value;
  return values;
}

/** What a kernel gave: enough to compare two engines. */
export interface Outcome {
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly values: ArrayLike<number>;
}

/** Run the plan's kernel on the engine that is selected. Leaves no tensor behind. */
export async function runPlan(plan: KernelPlan): Promise<Outcome> {
  const inputs: tf.NamedTensorMap = {};
  for (const [name, each] of Object.entries(plan.inputs)) {
    inputs[name] = tf.tensor(valuesOf(each), [...each.shape], each.dtype ?? 'float32');
  }
  // Einsum takes its operands as a list.
  const isList = Object.keys(inputs).every((name) => /^\d+$/.test(name));
  const output = tf.engine().runKernel(plan.kernel, isList ? Object.assign([], inputs) : inputs, plan.attrs);
  try {
    return Array.isArray(output) ? await joined(output) : await outcomeOf(output);
  } finally {
    tf.dispose([inputs, output]);
  }
}

async function outcomeOf(tensor: tf.Tensor): Promise<Outcome> {
  return { shape: tensor.shape, dtype: tensor.dtype, values: Float64Array.from(await tensor.data()) };
}

/** Several outputs as one: their number, then the rank and shape of each; all their values in a row. */
async function joined(tensors: readonly tf.Tensor[]): Promise<Outcome> {
  const outcomes = await Promise.all(tensors.map(outcomeOf));
  return {
    shape: [outcomes.length, ...outcomes.flatMap(({ shape }) => [shape.length, ...shape])],
    dtype: [...new Set(outcomes.map(({ dtype }) => dtype))].join(),
    values: outcomes.flatMap(({ values }) => Array.from(values)),
  };
}
