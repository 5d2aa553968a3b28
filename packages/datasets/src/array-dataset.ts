import * as tf from '@tensorflow/tfjs-core';
import {
  GraftError,
  pixelMapper,
  pixelScaleKey,
  writtenTensor,
  type PixelScale,
  type TargetSpec,
} from '@graft-ml/core';
import type { Batch, Dataset } from './dataset.js';
import { checkIndices, firstNotFinite, targetWidth, volume } from './internal/checks.js';
import { derivedFingerprint, hashArray, once } from './internal/hash-array.js';

/**
 * One input of all examples, one after another. Bytes are scaled as its `range` (default [0, 1]), `mean`, `std` and
 * `order` say; other types are taken as they are.
 */
export interface ArrayInput extends Partial<PixelScale> {
  /** [N × shape], row-major. Bytes stay bytes in memory and become floats when a batch is gathered. */
  readonly data: Uint8Array | Float32Array | Int32Array;
  /** One example's shape, without the batch, e.g. [28, 28, 1]. */
  readonly shape: readonly number[];
}

export interface ArrayDatasetOptions {
  readonly name: string;
  readonly inputs: readonly ArrayInput[];
  /** classes: int32 [N]; multi-label: float32 [N × labels] of 0 and 1; values: float32 [N × values]. */
  readonly targets: Int32Array | Float32Array;
  readonly target: TargetSpec;
  /** A fingerprint that is already known; default: the contents' own. */
  readonly fingerprint?: () => Promise<string>;
}

/**
 * A dataset of arrays in memory. The arrays are kept, not copied: do not change them afterwards.
 *
 * @throws GraftError `bad-input` when lengths do not fit together, a class is outside the labels, a multi-label target
 *   is neither 0 nor 1, or a number is NaN or infinite; the message names the example
 *
 * @example
 * ```ts
 * import { arrayDataset, disposeBatch } from '@graft-ml/datasets';
 * const points = arrayDataset({
 *   name: 'points',
 *   inputs: [{ data: Float32Array.of(0, 0, 1, 1, 2, 2), shape: [2] }],
 *   targets: Int32Array.of(0, 1, 1),
 *   target: { kind: 'classes', labels: ['near', 'far'] },
 * });
 * const batch = await points.batch([2, 0]);
 * console.log(batch.inputs[0]?.shape); // [2, 2]
 * disposeBatch(batch);
 * ```
 */
export function arrayDataset(options: ArrayDatasetOptions): Dataset {
  const { name, inputs, targets, target } = options;
  const size = checkTargets(name, targets, target);
  for (const [at, input] of inputs.entries()) checkInput(name, at, input, size);
  const gatherers = inputs.map(gathererOf);
  const classes = target.kind === 'classes' && targets instanceof Int32Array ? targets : undefined;
  const width = targetWidth(target);
  return {
    name,
    size,
    inputShapes: inputs.map((input) => input.shape),
    target,
    ...(classes === undefined ? {} : { classes }),
    fingerprint: once(options.fingerprint ?? (() => contentFingerprint(options))),
    async batch(indices): Promise<Batch> {
      const rows = checkIndices(name, size, indices);
      return {
        inputs: gatherers.map((gather) => gather(rows)),
        targets: gatherTargets(targets, rows, width, classes !== undefined),
        indices: rows,
      };
    },
  };
}

type Gatherer = (rows: Int32Array) => tf.Tensor;

function gathererOf({ data, shape, ...scale }: ArrayInput): Gatherer {
  const length = volume(shape);
  const copy = copierOf(data, scale, shape.at(-1) ?? 1);
  return (rows) =>
    writtenTensor([rows.length, ...shape], (values) => {
      for (let at = 0; at < rows.length; at++) copy((rows[at] ?? 0) * length, length, values, at * length);
    });
}

/** Copies numbers [from, from + length) of the data to `values`, from `to` on. */
type Copier = (from: number, length: number, values: Float32Array, to: number) => void;

function copierOf(data: ArrayInput['data'], scale: Partial<PixelScale>, channels: number): Copier {
  if (!(data instanceof Uint8Array)) {
    return (from, length, values, to) => values.set(data.subarray(from, from + length), to);
  }
  const map = pixelMapper(scale, channels);
  return (from, length, values, to) => map(data.subarray(from, from + length), values, to);
}

/** The targets of some rows, as a batch holds them. */
export function gatherTargets(
  targets: Int32Array | Float32Array,
  rows: Int32Array,
  width: number,
  areClasses: boolean,
): tf.Tensor {
  if (areClasses)
    return tf.tensor1d(
      Int32Array.from(rows, (row) => targets[row] ?? 0),
      'int32',
    );
  const values = new Float32Array(rows.length * width);
  for (const [at, row] of rows.entries()) values.set(targets.subarray(row * width, (row + 1) * width), at * width);
  return tf.tensor2d(values, [rows.length, width], 'float32');
}

/** @returns the number of examples */
function checkTargets(name: string, targets: Int32Array | Float32Array, target: TargetSpec): number {
  const refuse = (what: string, expected: string): GraftError => new GraftError({ code: 'bad-input', what, expected });
  const width = targetWidth(target);
  if (width === 0) throw refuse(`The target of "${name}" has no labels or values.`, 'At least one was expected.');
  if (target.kind === 'classes') {
    if (!(targets instanceof Int32Array)) {
      throw refuse(`The class numbers of "${name}" are in a Float32Array.`, 'An Int32Array was expected.');
    }
    const last = target.labels.length - 1;
    const wrong = targets.findIndex((id) => id < 0 || id > last);
    if (wrong < 0) return targets.length;
    throw refuse(
      `Example ${wrong} of "${name}" has class ${targets[wrong]}.`,
      `Its ${last + 1} labels allow classes 0 to ${last}.`,
    );
  }
  if (!(targets instanceof Float32Array)) {
    throw refuse(`The targets of "${name}" (${target.kind}) are in an Int32Array.`, 'A Float32Array was expected.');
  }
  if (targets.length % width !== 0) {
    throw refuse(`"${name}" has ${targets.length} target numbers.`, `A multiple of ${width} was expected.`);
  }
  const wrong =
    target.kind === 'values' ? firstNotFinite(targets) : targets.findIndex((value) => value !== 0 && value !== 1);
  if (wrong < 0) return targets.length / width;
  throw refuse(
    `Example ${Math.floor(wrong / width)} of "${name}" has ${targets[wrong]} as a target.`,
    target.kind === 'values' ? 'A finite number was expected.' : '0 or 1 was expected.',
  );
}

function checkInput(name: string, at: number, { data, shape }: ArrayInput, size: number): void {
  const length = volume(shape);
  if (!shape.every((each) => Number.isInteger(each) && each > 0) || data.length !== size * length) {
    throw new GraftError({
      code: 'bad-input',
      what: `Input ${at} of "${name}" holds ${data.length} numbers for examples of shape [${shape.join(', ')}].`,
      expected: `The targets are of ${size} examples, so ${size * length} were expected.`,
    });
  }
  const wrong = data instanceof Float32Array ? firstNotFinite(data) : -1;
  if (wrong < 0) return;
  throw new GraftError({
    code: 'bad-input',
    what: `Example ${Math.floor(wrong / length)} of "${name}" holds ${data[wrong]} (input ${at}, number ${wrong % length}).`,
    expected: 'Finite numbers were expected.',
    remedy: 'Repair or drop the example.',
  });
}

async function contentFingerprint({ inputs, targets, target }: ArrayDatasetOptions): Promise<string> {
  const parts: string[] = [JSON.stringify(target), await hashArray(targets)];
  for (const { data, shape, ...scale } of inputs) {
    const kind =
      data instanceof Uint8Array
        ? ['uint8', pixelScaleKey(scale)]
        : data instanceof Int32Array
          ? ['int32']
          : ['float32'];
    parts.push(JSON.stringify([shape, ...kind]), await hashArray(data));
  }
  return derivedFingerprint('arrays', ...parts);
}
