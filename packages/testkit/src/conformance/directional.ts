import * as tf from '@tensorflow/tfjs-core';
import { createRng } from '@graft-ml/core';

/** Something to differentiate: float32 variables and a loss per example, which depends on nothing random. */
export interface Differentiable {
  readonly name: string;
  /** Make it on the engine that is selected. */
  readonly build: () => { readonly variables: readonly tf.Variable[]; readonly losses: () => tf.Tensor };
}

/**
 * Compare gradients with central differences, one variable at a time, along a direction made half of the gradient and
 * half of noise: a gradient that is too long, too short or lacks a part all show.
 *
 * @throws Error that names the variable whose directional derivative is off by more than `tolerance`, relative to its
 *   gradient's length
 */
export async function checkGradients(subject: Differentiable, epsilon = 1e-2, tolerance = 0.02): Promise<void> {
  const { variables, losses } = subject.build();
  const { value, grads } = tf.variableGrads(() => tf.sum<tf.Scalar>(losses()), [...variables]);
  value.dispose();
  for (const [at, variable] of variables.entries()) {
    const gradient = grads[variable.name];
    if (gradient === undefined) throw new Error(`${subject.name}: there is no gradient for ${variable.name}.`);
    const slopes = await gradient.data<'float32'>();
    const direction = unit(blend(slopes, at));
    const length = lengthOf(slopes);
    const expected = slopes.reduce((total, slope, index) => total + slope * (direction[index] ?? 0), 0);
    const measured = await slopeAlong(variable, direction, losses, epsilon);
    if (!(Math.abs(measured - expected) <= tolerance * length + 1e-3)) {
      throw new Error(
        `${subject.name}: along a direction in ${variable.name} [${variable.shape.join(', ')}] the loss changes by ` +
          `${measured}, the gradient says ${expected} (its length is ${length}).`,
      );
    }
  }
  tf.dispose([grads, [...variables]]);
}

async function slopeAlong(
  variable: tf.Variable,
  direction: Float32Array,
  losses: () => tf.Tensor,
  epsilon: number,
): Promise<number> {
  const original = variable.clone();
  const totals: number[] = [];
  for (const side of [epsilon, -epsilon]) {
    const moved = tf.tidy(() => tf.add(original, tf.mul(tf.tensor(direction, variable.shape), side)));
    variable.assign(moved);
    const each = tf.tidy(losses);
    // Summed in double precision: the difference of two float32 sums would drown in rounding.
    totals.push((await each.data<'float32'>()).reduce((total, loss) => total + loss, 0));
    tf.dispose([moved, each]);
  }
  variable.assign(original);
  original.dispose();
  return ((totals[0] ?? 0) - (totals[1] ?? 0)) / (2 * epsilon);
}

function blend(slopes: ArrayLike<number>, seed: number): Float32Array {
  const rng = createRng(seed);
  const noise = unit(Float32Array.from({ length: slopes.length }, () => rng.normal()));
  const along = unit(Float32Array.from(slopes));
  return along.map((value, index) => value + (noise[index] ?? 0));
}

function unit(values: Float32Array): Float32Array {
  const length = lengthOf(values);
  return length === 0 ? values : values.map((value) => value / length);
}

function lengthOf(values: ArrayLike<number>): number {
  let sum = 0;
  for (let at = 0; at < values.length; at++) sum += (values[at] ?? 0) ** 2;
  return Math.sqrt(sum);
}
