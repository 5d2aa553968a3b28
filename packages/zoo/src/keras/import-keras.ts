import type { LayersModel } from '@tensorflow/tfjs-layers';
import { buildFromTopology, GraftError } from '@graft-ml/core';
import { sourceModelOf, type SourceFacts, type SourceModel } from '../source-model.js';
import { readH5, type H5File } from './h5/h5-file.js';
import { parseObject, type Json } from './json.js';
import { unpackKeras } from './keras-archive.js';
import { kerasConfig } from './keras-config.js';
import { weightsByLayerName } from './weights-by-layer-name.js';
import { weightsByStructure } from './weights-by-structure.js';
import { writeWeights } from './write-weights.js';

export interface ImportKerasOptions extends SourceFacts {
  /** The file's name, for messages. Default `the Keras model`. */
  readonly from?: string;
}

/**
 * Import a model that Keras saved: an `.h5` file (of Keras 2, or of Keras 3 in that format) or a `.keras` file, read
 * directly. Needs `h5wasm`, an optional peer dependency. In Node it reads in a thread, which is ended when a damaged file makes it
 * run in circles; in pages there is no such limit.
 *
 * Keras says nothing of labels and preprocessing: give them as facts.
 *
 * @throws GraftError `bad-input` for a file of another kind, a layer that nobody registered, or a setting that tfjs would
 *   ignore; `corrupt` for a damaged file or weights that do not fit; `unavailable` without h5wasm
 */
export async function importKeras(bytes: Uint8Array, options: ImportKerasOptions = {}): Promise<SourceModel> {
  const { from = 'the Keras model', ...facts } = options;
  const model = isZip(bytes) ? await fromArchive(bytes, from) : await fromH5(bytes, from);
  return sourceModelOf(model, facts);
}

/**
 * Fill a model with weights that Keras saved without the architecture (`save_weights` of Keras 2, as the published
 * weights of `keras.applications` are), by the layers' names or, where the file has others, by their order. Needs `h5wasm`,
 * an optional peer dependency.
 *
 * @throws GraftError `corrupt` for a damaged file or weights that do not fit, in which case the model is unchanged;
 *   `unavailable` without h5wasm
 */
export async function loadKerasWeights(model: LayersModel, bytes: Uint8Array, from = 'the weights'): Promise<void> {
  assertH5(bytes, from);
  fill(model, await readH5(bytes, from), from);
}

function fill(model: LayersModel, file: H5File, from: string): void {
  const root = file.isGroup('model_weights') ? 'model_weights' : '';
  writeWeights(weightsByLayerName(model, file, root, from), from);
}

async function fromArchive(bytes: Uint8Array, from: string): Promise<LayersModel> {
  const { config: text, weights } = unpackKeras(bytes, from);
  const config = parseObject(text, `config.json of ${from}`);
  const inside = `model.weights.h5 of ${from}`;
  assertH5(weights, inside);
  const model = await build(config, from, weights.byteLength);
  try {
    const file = await readH5(weights, inside);
    writeWeights(weightsByStructure(model, config, file, inside), inside);
    return model;
  } catch (thrown) {
    model.dispose();
    throw thrown;
  }
}

async function fromH5(bytes: Uint8Array, from: string): Promise<LayersModel> {
  assertH5(bytes, from);
  const file = await readH5(bytes, from);
  const text = file.text('', 'model_config');
  if (text === undefined) {
    throw new GraftError({
      code: 'bad-input',
      what: `${from} holds weights without a model.`,
      expected: 'A file that model.save wrote was expected.',
      remedy: 'Build the architecture and fill it with loadKerasWeights.',
    });
  }
  const config = parseObject(text, `model_config of ${from}`);
  const model = await build(config, from, bytes.byteLength);
  try {
    fill(model, file, from);
    return model;
  } catch (thrown) {
    model.dispose();
    throw thrown;
  }
}

/** The weights are float32 and lie in the file: a configuration that asks for more of them than there are bytes lies. */
async function build(config: Json, from: string, fileBytes: number): Promise<LayersModel> {
  return buildFromTopology(kerasConfig(config, from), from, { mostWeightBytes: 2 * fileBytes + 2 ** 16 });
}

function isZip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x50 && bytes[1] === 0x4b;
}

/** HDF5 files begin with these eight bytes. (They may also do so after 512, 1024, … bytes; Keras writes none such.) */
const H5_SIGNATURE = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];

function assertH5(bytes: Uint8Array, from: string): void {
  if (H5_SIGNATURE.every((byte, index) => bytes[index] === byte)) return;
  throw new GraftError({
    code: 'bad-input',
    what: `${from} is neither an HDF5 file nor a .keras archive: it begins with ${shown(bytes)}.`,
    expected: 'A file that Keras saved was expected.',
    remedy: 'For a SavedModel folder, load it in Python and save it as .keras first.',
  });
}

function shown(bytes: Uint8Array): string {
  return bytes.length === 0
    ? 'nothing'
    : Array.from(bytes.subarray(0, 4), (byte) => byte.toString(16).padStart(2, '0')).join(' ');
}
