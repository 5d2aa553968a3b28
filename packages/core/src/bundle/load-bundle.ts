import type { LayersModel } from '@tensorflow/tfjs-layers';
import { GraftError } from '../errors/graft-error.js';
import { sha256 } from '../hash/sha256.js';
import { assertInside, type Store } from '../store/store.js';
import { buildFromTopology, type RawWeights } from './build-from-topology.js';
import { checkSeal, parseManifest, type BundleManifest } from './manifest.js';
import { isGraphTopology, layerClasses } from './model-topology.js';
import { declaredBytes, declaredValues, parseModelJson, weightSpecs, type ModelJson } from './model-json.js';
import { MANIFEST_FILE, MODEL_FILE } from './save-bundle.js';

export interface LoadedBundle {
  readonly model: LayersModel;
  /** What `graft.json` says; absent for a plain tfjs model. */
  readonly manifest: BundleManifest | undefined;
}

/** Weights above this are refused before anything is read. */
const MAX_WEIGHT_BYTES = 2 ** 31;

/** The files of a tfjs model, checked, before anything is built of them. */
export interface ModelFiles {
  readonly json: ModelJson;
  readonly weights: RawWeights;
  /** What `graft.json` says; absent for a plain tfjs model. */
  readonly manifest: BundleManifest | undefined;
  /** The place of `model.json`, for messages. */
  readonly where: string;
}

export interface LoadOptions {
  /**
   * How to read a shard that `model.json` names outside its folder or on another host (`https://…`, `../…`). Such shards
   * are refused unless this is given, which is how they are allowed; `shardsFrom` makes one for hosts. What it gives is
   * held to the same sizes, and to the manifest's sha256 where there is one.
   */
  readonly elsewhere?: ((path: string) => Promise<Uint8Array>) | undefined;
  /**
   * Called with the class names of the model's layers before they are built, so that those that are not tfjs's own can be
   * registered, and only when they are needed.
   */
  readonly prepare?: ((classes: ReadonlySet<string>) => void | Promise<void>) | undefined;
  /**
   * Load the model although it is only a head, on the features of a trunk that the bundle keeps apart (`readTrunkFile`). Default:
   * such bundles are refused, because the head takes no pictures.
   */
  readonly headAlone?: boolean | undefined;
}

/**
 * Read the files of a tfjs model (layers or graph) in a folder: `model.json` and its shards, each checked against the
 * sha256 of `graft.json` where there is one.
 *
 * @throws GraftError as `loadBundle` does, but for what building finds
 */
export async function readModelFiles(store: Store, options: LoadOptions = {}): Promise<ModelFiles> {
  const manifest = (await store.has(MANIFEST_FILE)) ? await readManifest(store) : undefined;
  const where = `${store.location}/${MODEL_FILE}`;
  const json = parseModelJson(
    decode(await readChecked(store, MODEL_FILE, manifest, (name) => store.read(name))),
    where,
  );
  const data = await readWeights(store, json, manifest, options);
  return { json, weights: { weightSpecs: weightSpecs(json), weightData: data.buffer }, manifest, where };
}

/**
 * Load a bundle, or any tfjs layers model in a folder (also of old converters that wrote no `format` key). Every file
 * is checked against the manifest's sha256 before it is used; shard names may not leave the folder unless allowed.
 *
 * @throws GraftError `not-found` when there is no `model.json`, `corrupt` when bytes, sizes or topology do not fit,
 *   `bad-input` for a shard outside the folder or on another host, a layer that nobody registered, or a graph model
 */
export async function loadBundle(store: Store, options: LoadOptions = {}): Promise<LoadedBundle> {
  const { json, weights, manifest, where } = await readModelFiles(store, options);
  if (manifest?.trunk !== undefined && options.headAlone !== true) {
    throw new GraftError({
      code: 'bad-input',
      what: `The bundle in ${store.location} is a head on the features of ${manifest.trunk.file}, which TensorFlow.js does not run.`,
      expected: 'A model of layers alone was expected.',
      remedy: 'graft predict and graft evaluate run both; as a backbone, take the ONNX file itself.',
    });
  }
  // Layers ask for as many float32 values as the shapes declare; what is packed tighter takes 4 bytes unpacked.
  const mostWeightBytes = declaredValues(json) * 4;
  if (isGraphTopology(json.modelTopology)) {
    throw new GraftError({
      code: 'bad-input',
      what: `${where} is a TensorFlow.js graph model.`,
      expected: 'A layers model was expected.',
      remedy: 'Graph models are frozen trunks: importGraphModel from @graft-ml/zoo/graph, or graft train --backbone.',
    });
  }
  await options.prepare?.(layerClasses(json.modelTopology));
  return { model: await buildFromTopology(json.modelTopology, where, { weights, mostWeightBytes }), manifest };
}

async function readManifest(store: Store): Promise<BundleManifest> {
  const from = `${store.location}/${MANIFEST_FILE}`;
  const text = decode(await store.read(MANIFEST_FILE));
  const manifest = parseManifest(text, from);
  await checkSeal(text, from);
  return manifest;
}

async function readWeights(
  store: Store,
  json: ModelJson,
  manifest: BundleManifest | undefined,
  { elsewhere }: LoadOptions,
): Promise<Uint8Array<ArrayBuffer>> {
  const declared = declaredBytes(json);
  if (declared > MAX_WEIGHT_BYTES) {
    throw new GraftError({
      code: 'corrupt',
      what: `${store.location}/${MODEL_FILE} declares ${declared} bytes of weights.`,
      expected: `At most ${MAX_WEIGHT_BYTES} were expected.`,
    });
  }
  const shards: Uint8Array[] = [];
  let offset = 0;
  for (const path of json.weightsManifest.flatMap((group) => group.paths)) {
    const shard = await readChecked(store, path, manifest, (name) => readShard(store, name, elsewhere));
    offset += shard.byteLength;
    // Keeping what is too much anyway would only take memory.
    if (offset <= declared) shards.push(shard);
  }
  if (offset !== declared) {
    throw new GraftError({
      code: 'corrupt',
      what: `The weight files in ${store.location} hold ${offset} bytes.`,
      expected: `The shapes in ${MODEL_FILE} need ${declared}.`,
      remedy: 'Fetch or save the model again.',
    });
  }
  // Allocated only now that the files have been seen to hold so much.
  const data = new Uint8Array(declared);
  let at = 0;
  for (const shard of shards) {
    data.set(shard, at);
    at += shard.byteLength;
  }
  return data;
}

async function readShard(store: Store, path: string, elsewhere: LoadOptions['elsewhere']): Promise<Uint8Array> {
  try {
    assertInside(path);
  } catch (thrown) {
    if (elsewhere !== undefined) return elsewhere(path);
    if (!(thrown instanceof GraftError)) throw thrown;
    throw new GraftError({
      code: thrown.code,
      what: `${store.location}/${MODEL_FILE} names a weight file elsewhere: ${thrown.what}`,
      ...(thrown.expected === undefined ? {} : { expected: thrown.expected }),
      remedy: 'If you trust that place, allow it: loadBundle(store, { elsewhere }).',
      cause: thrown,
    });
  }
  return store.read(path);
}

/** A file of a bundle, checked against what its manifest promises. @throws GraftError `corrupt` */
export async function readChecked(
  store: Store,
  name: string,
  manifest: BundleManifest | undefined,
  read: (name: string) => Promise<Uint8Array>,
): Promise<Uint8Array> {
  const bytes = await read(name);
  const promised = manifest?.files[name];
  if (manifest === undefined) return bytes;
  const found = await sha256(bytes);
  if (promised?.sha256 === found) return bytes;
  throw new GraftError({
    code: 'corrupt',
    what: `${store.location}/${name} has sha256 ${found} (${bytes.byteLength} bytes).`,
    expected:
      promised === undefined
        ? 'The manifest does not list it.'
        : `The manifest says ${promised.sha256} (${promised.bytes} bytes).`,
    remedy: 'The file was damaged or replaced: fetch or save the bundle again.',
  });
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
