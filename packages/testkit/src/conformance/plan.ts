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
  if (Array.isArray(output)) throw new Error(`${plan.kernel} gave several outputs.`);
  try {
    const values = await output.data();
    return { shape: output.shape, dtype: output.dtype, values: Float64Array.from(values) };
  } finally {
    tf.dispose([inputs, output]);
  }
}
