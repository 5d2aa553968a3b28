import * as tf from '@tensorflow/tfjs-core';
import {
  GraftError,
  messageOf,
  pixelScaleOf,
  sha256,
  withScope,
  type ForeignTrunk,
  type Preprocessing,
  type Store,
} from '@graft-ml/core';
import { cutModel, defaultTensor, tensorNames, writeCut } from './cut-model.js';
import { parseOnnx, type OnnxModel, type OnnxValue } from './parse-model.js';
import { loadRuntime, type OnnxRuntime, type RuntimeName, type RuntimeSession } from './runtime.js';

export interface ImportOnnxOptions {
  /** The tensor to cut at, by its name in the graph. Default: the last global pooling, or what the last product reads. */
  readonly at?: string;
  /** Whether pictures enter as [B, C, H, W] or [B, H, W, C]. Default: what the input's shape says. */
  readonly layout?: 'NCHW' | 'NHWC';
  /** One example's shape, channels last, e.g. [224, 224, 3], where the graph leaves it open. */
  readonly inputShape?: readonly number[];
  /** What is taken for the sizes of an example that neither the graph nor `inputShape` says. */
  readonly usualShape?: readonly number[];
  /** How pictures become the model's inputs; ONNX files of Graft say it, others do not. */
  readonly preprocessing?: Preprocessing;
  /** Where weights that the model keeps in other files are found. */
  readonly files?: Store;
  /** onnxruntime, or which of its packages to load. Default: `onnxruntime-node` in Node, `onnxruntime-web` elsewhere. */
  readonly runtime?: OnnxRuntime | RuntimeName;
  /** The file's name, for messages. Default `the ONNX model`. */
  readonly from?: string;
}

/** An ONNX file as a frozen trunk. Release it when it is no longer needed. */
export interface OnnxTrunk extends ForeignTrunk {
  /** The tensor that it gives. */
  readonly at: string;
  /** One example's shape, channels last. */
  readonly inputShape: readonly number[];
  readonly preprocessing: Preprocessing | undefined;
  /** What it runs: an ONNX file of the part up to the cut, with all its data inside. */
  readonly file: Uint8Array;
  release(): Promise<void>;
}

/** TensorProto.DataType */
const FLOAT = 1;

/**
 * Import an ONNX file as a frozen trunk, cut at any of its tensors. It runs on onnxruntime, an optional peer dependency, so its
 * weights cannot be trained: map it over a dataset with `extractFeatures`, and train a head on what comes out.
 *
 * Pictures go in and feature maps come out with their channels last, whatever the file's own layout is; maps of one pixel come
 * out as vectors.
 *
 * @throws GraftError `corrupt` for a damaged file; `bad-input` for several inputs, inputs that are no float32, a layout that
 *   cannot be told, data in files outside the folder, or a graph that onnxruntime refuses; `not-found` for a tensor that the
 *   graph does not have, with near names; `unavailable` without onnxruntime
 *
 * @example
 * ```ts
 * import { seedCnn } from '@graft-ml/zoo';
 * import { exportOnnx } from '@graft-ml/zoo/export';
 * import { importOnnx } from '@graft-ml/zoo/onnx';
 * const file = await exportOnnx(seedCnn({ seed: 1 }));
 * const trunk = await importOnnx(file, { at: 'pool1' });
 * console.log(trunk.inputShape, trunk.outputShapes); // [ 28, 28, 1 ] [ [ 13, 13, 32 ] ]
 * await trunk.release();
 * ```
 */
export async function importOnnx(bytes: Uint8Array, options: ImportOnnxOptions = {}): Promise<OnnxTrunk> {
  const { from = 'the ONNX model' } = options;
  const model = parseOnnx(bytes, from);
  const input = inputOf(model, from);
  const at = options.at ?? defaultTensor(model);
  const cut = cutModel(model, at, from);
  const preprocessing = options.preprocessing ?? keptPreprocessing(model);
  const given = options.inputShape ?? preprocessing?.inputShape;
  const form = inputForm(input, { ...options, inputShape: given }, from);
  const file = await writeCut(model, cut, at, options.files, from);
  const { runtime: wanted } = options;
  const runtime = typeof wanted === 'object' ? wanted : await loadRuntime(wanted);
  const session = await startSession(runtime, file, from);
  try {
    const run = runner(runtime, session, input.name, at, form, from);
    // Shapes need not be said in the file: one example tells.
    const probe = await run(new Float32Array(volume(form.shape) * (form.batch ?? 1)), form.batch ?? 1);
    return {
      fingerprint: await sha256(file),
      outputShapes: [probe.shape],
      at,
      inputShape: form.shape,
      preprocessing,
      file,
      features: (inputs) => featuresOf(inputs, form, run, probe.shape),
      release: () => session.release(),
    };
  } catch (thrown) {
    await session.release();
    throw thrown;
  }
}

/**
 * The tensors that an ONNX file may be cut at, from the input to the output.
 *
 * @throws GraftError as `importOnnx` does for a damaged file
 */
export function onnxTensors(bytes: Uint8Array, from = 'the ONNX model'): string[] {
  return tensorNames(parseOnnx(bytes, from));
}

/** How examples enter. */
interface InputForm {
  /** Channels last. */
  readonly shape: readonly number[];
  readonly isChannelsFirst: boolean;
  /** Examples at a time, where the file fixes it. */
  readonly batch: number | null;
}

function inputOf({ inputs }: OnnxModel, from: string): OnnxValue {
  const [input, ...more] = inputs;
  if (input === undefined || more.length > 0) {
    throw new GraftError({
      code: 'bad-input',
      what: `${from} has ${inputs.length} inputs${more.length > 0 ? ` (${inputs.map(({ name }) => name).join(', ')})` : ''}.`,
      expected: 'One was expected.',
    });
  }
  if (input.dataType === FLOAT) return input;
  throw new GraftError({
    code: 'bad-input',
    what: `The input "${input.name}" of ${from} has the data type ${input.dataType}.`,
    expected: 'float32 (1) was expected.',
    remedy: 'Export the model in float32.',
  });
}

interface FormOptions extends Pick<ImportOnnxOptions, 'layout' | 'usualShape'> {
  readonly inputShape: readonly number[] | undefined;
}

function inputForm(input: OnnxValue, { layout, inputShape: given, usualShape }: FormOptions, from: string): InputForm {
  const [batch = null, ...sizes] = input.dims;
  const isPicture = sizes.length === 3;
  const isChannelsFirst = isPicture && (layout ?? layoutOf(sizes, input.name, from)) === 'NCHW';
  const [first = null, second = null, third = null] = sizes;
  const declared = isChannelsFirst ? [second, third, first] : sizes;
  const shape = declared.map(
    (size, axis) =>
      size ?? given?.[axis] ?? (usualShape?.length === declared.length ? usualShape[axis] : undefined) ?? 0,
  );
  if (shape.length === 0 || shape.includes(0) || (given !== undefined && given.join() !== shape.join())) {
    const shown = sizes.map((size) => size ?? '?').join(', ');
    throw new GraftError({
      code: 'bad-input',
      what: `The input "${input.name}" of ${from} has the shape [B, ${shown}]${given === undefined ? '' : `, and examples were said to be [${given.join(', ')}]`}.`,
      expected: 'Sizes that are known, and agree, were expected.',
      remedy: 'Pass inputShape, such as [224, 224, 3], channels last.',
    });
  }
  return { shape, isChannelsFirst, batch };
}

/** Pictures have one or three channels, and more pixels than that. */
function layoutOf(sizes: readonly (number | null)[], name: string, from: string): 'NCHW' | 'NHWC' {
  const isChannels = (size: number | null | undefined): boolean => size === 1 || size === 3;
  const [isFirst, isLast] = [isChannels(sizes[0]), isChannels(sizes[2])];
  if (isFirst !== isLast) return isFirst ? 'NCHW' : 'NHWC';
  throw new GraftError({
    code: 'bad-input',
    what: `The shape [B, ${sizes.map((size) => size ?? '?').join(', ')}] of the input "${name}" of ${from} does not say where its channels are.`,
    remedy: 'Pass layout: "NCHW" (of PyTorch) or "NHWC" (of TensorFlow).',
  });
}

/** What Graft's own exports say of their inputs. */
function keptPreprocessing({ metadata }: OnnxModel): Preprocessing | undefined {
  const text = metadata.get('graft.preprocessing');
  if (text === undefined) return undefined;
  try {
    const json: unknown = JSON.parse(text);
    return isPreprocessing(json) ? { inputShape: json.inputShape, ...pixelScaleOf(json) } : undefined;
  } catch {
    return undefined;
  }
}

function isPreprocessing(json: unknown): json is Preprocessing {
  if (typeof json !== 'object' || json === null) return false;
  const numbers = (key: string): boolean => {
    const value: unknown = Reflect.get(json, key);
    return Array.isArray(value) && value.length <= 8 && value.every((each) => Number.isFinite(each));
  };
  const isAbsentOr = (key: string): boolean => Reflect.get(json, key) === undefined || numbers(key);
  return numbers('inputShape') && numbers('range') && isAbsentOr('mean') && isAbsentOr('std');
}

async function startSession(runtime: OnnxRuntime, file: Uint8Array, from: string): Promise<RuntimeSession> {
  try {
    // Its warnings about graphs are not for users; what is wrong it throws.
    return await runtime.InferenceSession.create(file, { logSeverityLevel: 4 });
  } catch (cause) {
    throw refused(from, cause);
  }
}

interface Features {
  readonly data: Float32Array;
  /** Without the batch, channels last. */
  readonly shape: readonly number[];
}

type Run = (values: Float32Array, count: number) => Promise<Features>;

/** @returns a function from `count` examples in the file's own layout to their features, channels last */
function runner(
  runtime: OnnxRuntime,
  session: RuntimeSession,
  input: string,
  at: string,
  { shape, isChannelsFirst }: InputForm,
  from: string,
): Run {
  const [height = 1, width = 1, channels = 1] = shape;
  const dims = isChannelsFirst ? [channels, height, width] : shape;
  return async (values, count) => {
    const feeds = { [input]: new runtime.Tensor('float32', values, [count, ...dims]) };
    const results = await session.run(feeds).catch((cause: unknown) => {
      throw refused(from, cause);
    });
    const output = results[at];
    if (output === undefined || !(output.data instanceof Float32Array) || output.dims[0] !== count) {
      throw new GraftError({
        code: 'bad-input',
        what: `The tensor "${at}" of ${from} is ${output?.type ?? 'nothing'} of the shape [${output?.dims.join(', ') ?? ''}] for ${count} examples.`,
        expected: 'float32 with a row for each example was expected.',
        remedy: 'Cut at another tensor: onnxTensors(bytes) lists them.',
      });
    }
    const sizes = output.dims.slice(1);
    const [maps = 1, rows = 1, columns = 1] = sizes;
    if (sizes.length !== 3) return { data: output.data, shape: sizes };
    if (isChannelsFirst && rows === 1 && columns === 1) return { data: output.data, shape: [maps] };
    if (!isChannelsFirst) return { data: output.data, shape: maps === 1 && rows === 1 ? [columns] : sizes };
    return {
      data: await moved(output.data, [count, ...sizes], [0, 2, 3, 1]),
      shape: [rows, columns, maps],
    };
  };
}

async function featuresOf(
  inputs: readonly tf.Tensor[],
  { shape, isChannelsFirst, batch }: InputForm,
  run: Run,
  outputShape: readonly number[],
): Promise<tf.Tensor[]> {
  const [input, ...more] = inputs;
  if (input === undefined || more.length > 0 || input.shape.slice(1).join() !== shape.join()) {
    throw new GraftError({
      code: 'bad-input',
      what: `The ONNX trunk was given ${inputs.map((each) => `[${each.shape.join(', ')}]`).join(', ') || 'nothing'}.`,
      expected: `One tensor [B, ${shape.join(', ')}] was expected.`,
    });
  }
  const count = input.shape[0] ?? 0;
  const values = await withScope(async (scope) => {
    const turned = isChannelsFirst ? scope.own(tf.transpose(input, [0, 3, 1, 2])) : input;
    return Float32Array.from(await turned.data());
  });
  const [width, outputWidth] = [volume(shape), volume(outputShape)];
  const step = batch ?? Math.max(1, count);
  const result = new Float32Array(count * outputWidth);
  for (let from = 0; from < count; from += step) {
    const rows = Math.min(step, count - from);
    // A file may take no fewer examples than it says: what is missing is zeros, and is not looked at.
    const part = new Float32Array((batch ?? rows) * width);
    part.set(values.subarray(from * width, (from + rows) * width));
    const { data } = await run(part, batch ?? rows);
    result.set(data.subarray(0, rows * outputWidth), from * outputWidth);
  }
  return [tf.tensor(result, [count, ...outputShape], 'float32')];
}

function moved(data: Float32Array, shape: number[], order: number[]): Promise<Float32Array> {
  return withScope(async (scope) => {
    const turned = scope.own(tf.tidy(() => tf.transpose(tf.tensor(data, shape, 'float32'), order)));
    return Float32Array.from(await turned.data());
  });
}

function volume(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

function refused(from: string, cause: unknown): GraftError {
  return new GraftError({
    code: 'bad-input',
    what: `onnxruntime cannot run ${from}: ${messageOf(cause).slice(0, 400)}.`,
    expected: 'A graph of operators that it knows was expected.',
    remedy: 'Cut at an earlier tensor, or export the model for an older operator set.',
    cause,
  });
}
