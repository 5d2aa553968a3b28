import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs-core';
import * as layers from '@tensorflow/tfjs-layers';
import sharp from 'sharp';
import { createRng, saveBundle } from '@graft-ml/core';
import { fileStore } from '@graft-ml/core/node';

export const HEIGHT = 8;
export const WIDTH = 6;

/** A tiny model as Keras saves it, for pictures of 8 × 6; what it gives for given inputs is held by the zoo's tests. */
export const kerasFile = (name: string): string =>
  fileURLToPath(new URL(`../../zoo/test/fixtures/${name}`, import.meta.url));

/** Noise in two classes, dark and bright. The pictures have the models' own size, so that nothing is resized. */
export async function noise(folder: string, count = 8): Promise<string[]> {
  const files: string[] = [];
  for (const [label, base] of [
    ['dark', 20],
    ['bright', 150],
  ] as const) {
    await mkdir(join(folder, label), { recursive: true });
    for (let at = 0; at < count; at++) {
      const rng = createRng(at).fork(label);
      const pixels = Buffer.from(Array.from({ length: HEIGHT * WIDTH * 3 }, () => base + rng.int(100)));
      const file = join(folder, label, `${at}.png`);
      await sharp(pixels, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } })
        .png()
        .toFile(file);
      files.push(file);
    }
  }
  return files;
}

/** The bytes 0…255 of a picture, channels last. */
export async function bytesOf(file: string): Promise<number[]> {
  return [...(await sharp(file).raw().toBuffer())];
}

/** What Teachable Machine exports: nested Sequentials, no graft.json, and metadata.json that names its picture library. */
export async function teachableMachine(folder: string): Promise<void> {
  const model = layers.sequential({
    layers: [
      layers.sequential({
        name: 'sequential_1',
        layers: [layers.layers.globalAveragePooling2d({ inputShape: [HEIGHT, WIDTH, 3], name: 'pool' })],
      }),
      layers.sequential({
        name: 'sequential_3',
        layers: [layers.layers.dense({ units: 2, inputShape: [3], activation: 'softmax', name: 'out' })],
      }),
    ],
  });
  await saveBundle(fileStore(folder), model);
  await rm(join(folder, 'graft.json'));
  const metadata = { packageName: '@teachablemachine/image', labels: ['cat', 'dog'] };
  await writeFile(join(folder, 'metadata.json'), JSON.stringify(metadata));
}

const float = { T: { type: 'DT_FLOAT' } };
const constant = (name: string, type = 'DT_FLOAT'): object => ({ name, op: 'Const', attr: { dtype: { type } } });

/**
 * A TensorFlow.js graph model without a format key: relu6(2x − 1) (`net/act`), averaged over the picture (`net/pool`), times a
 * matrix (`net/logits`).
 *
 * @param shape one example's; −1 is open
 */
export async function graphModel(folder: string, shape: readonly number[]): Promise<void> {
  const channels = shape.at(-1) ?? 1;
  const dim = [-1, ...shape].map((size) => ({ size: String(size) }));
  const node = [
    { name: 'images', op: 'Placeholder', attr: { dtype: { type: 'DT_FLOAT' }, shape: { shape: { dim } } } },
    constant('two'),
    constant('one'),
    constant('axes', 'DT_INT32'),
    constant('kernel'),
    { name: 'net/Mul', op: 'Mul', input: ['images', 'two'], attr: float },
    { name: 'net/Sub', op: 'Sub', input: ['net/Mul', 'one'], attr: float },
    { name: 'net/act', op: 'Relu6', input: ['net/Sub'], attr: float },
    { name: 'net/pool', op: 'Mean', input: ['net/act', 'axes'], attr: { ...float, keep_dims: { b: false } } },
    { name: 'net/logits', op: 'MatMul', input: ['net/pool', 'kernel'], attr: float },
  ];
  const spec = (name: string, size: readonly number[], dtype = 'float32'): object => ({ name, shape: size, dtype });
  const weights = [spec('two', []), spec('one', []), spec('axes', [2], 'int32'), spec('kernel', [channels, 1])];
  const json = { modelTopology: { node, versions: {} }, weightsManifest: [{ paths: ['shard'], weights }] };
  const kernel = new Float32Array(channels).fill(1);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'model.json'), JSON.stringify(json));
  await writeFile(
    join(folder, 'shard'),
    Buffer.concat([Float32Array.of(2, 1), Int32Array.of(1, 2), kernel].map((part) => Buffer.from(part.buffer))),
  );
}

/** The mean of each channel of what `of` makes of every value. */
export function channelMeans(values: readonly number[], of: (value: number) => number = (value) => value): number[] {
  return [0, 1, 2].map((channel) => {
    const own = values.filter((_, at) => at % 3 === channel).map(of);
    return own.reduce((sum, value) => sum + value, 0) / own.length;
  });
}

/** softmax(features · kernel + bias), with the head's weights as a bundle of Graft holds them. */
export async function byHand(bundle: layers.LayersModel, features: readonly number[]): Promise<number[]> {
  const head = bundle.getLayer('head');
  const [kernel, bias] = await Promise.all(head.getWeights().map(async (weight) => [...(await weight.data())]));
  const classes = bias?.length ?? 0;
  const logits = Array.from({ length: classes }, (_, at) =>
    features.reduce((sum, value, row) => sum + value * (kernel?.[row * classes + at] ?? Number.NaN), bias?.[at] ?? 0),
  );
  return [...(await tf.softmax(tf.tensor1d(logits)).data())];
}

/** What `graft predict --json` said, as confidences by label. */
export function confidences(stdout: string): Map<string, Map<string, number>> {
  const answers: { file: string; predictions: { label: string; confidence: number }[] }[] = JSON.parse(stdout);
  return new Map(
    answers.map(({ file, predictions }) => [
      file,
      new Map(predictions.map(({ label, confidence }) => [label, confidence])),
    ]),
  );
}

export async function readJson(path: string): Promise<Record<string, unknown>> {
  const json: unknown = JSON.parse(await readFile(path, 'utf8'));
  return Object(json);
}

/** Environment of a Node in which some packages are not installed. */
export function without(...packages: readonly string[]): Readonly<Record<string, string>> {
  const script = (code: string): string => `data:text/javascript,${encodeURIComponent(code)}`;
  const hook = `export async function resolve(name, context, next) {
    if (${JSON.stringify(packages)}.includes(name)) throw new Error("Cannot find package '" + name + "'");
    return next(name, context);
  }`;
  const register = `import { register } from 'node:module'; register(${JSON.stringify(script(hook))});`;
  return { NODE_OPTIONS: `--import ${script(register)}` };
}
