import type { LayersModel } from '@tensorflow/tfjs-layers';
import { zipSync } from 'fflate';
import { GraftError, networkOf } from '@graft-ml/core';
import { snakeCase } from '../../keras/weights-by-structure.js';
import { readWeights, type ReadWeight } from '../read-weights.js';
import { writeH5, type H5Writer } from './h5-writer.js';
import { kerasModel, type KerasModel } from './keras-model.js';

/** The version whose layouts are written; Keras reads files of older versions. */
const KERAS_VERSION = '3.0.0';
/** Of the zip archive, which knows no earlier one: the same model gives the same bytes. */
const NO_DATE = new Date(1980, 0, 1);

/**
 * A model as a `.keras` file, which Keras 3 loads: a zip archive of `config.json`, `metadata.json` and `model.weights.h5`. Nested
 * models are written flat. Needs `h5wasm`, an optional peer dependency.
 *
 * Keras has no place for labels and preprocessing, so neither is in the file.
 *
 * @throws GraftError `bad-input` for a layer or an activation that would mean another thing in Keras, named; `unavailable`
 *   without h5wasm
 */
export async function exportKeras(model: LayersModel): Promise<Uint8Array<ArrayBuffer>> {
  const { keras, weights } = await partsOf(model, false);
  const file = await writeH5((h5) => {
    h5.group('vars');
    const taken = new Map<string, number>();
    for (const layer of keras.layers) {
      const kind = snakeCase(layer.kind);
      const copy = taken.get(kind) ?? 0;
      taken.set(kind, copy + 1);
      const group = `layers/${copy === 0 ? kind : `${kind}_${copy}`}/vars`;
      h5.group(group);
      for (const [index, name] of layer.weights.entries()) writeArray(h5, `${group}/${index}`, weights, name);
    }
  });
  const json = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));
  const metadata = {
    keras_version: KERAS_VERSION,
    date_saved: new Date().toISOString().slice(0, 19).replace('T', '@'),
  };
  return new Uint8Array(
    zipSync(
      { 'metadata.json': json(metadata), 'config.json': json(keras.config), 'model.weights.h5': file },
      // Keras stores them as they are.
      { level: 0, mtime: NO_DATE },
    ),
  );
}

/**
 * A model as a whole-model `.h5` file, which Keras 3 loads (`keras.models.load_model("model.h5")`): the configuration and the
 * layers' names as attributes, a group of weights for each layer. Nested models are written flat. Needs `h5wasm`, an optional
 * peer dependency.
 *
 * @throws GraftError as `exportKeras` does
 */
export async function exportKerasH5(model: LayersModel): Promise<Uint8Array> {
  const { keras, weights } = await partsOf(model, true);
  return writeH5((h5) => {
    h5.attribute('', 'keras_version', KERAS_VERSION);
    h5.attribute('', 'backend', 'tensorflow');
    h5.attribute('', 'model_config', JSON.stringify(keras.config));
    const root = 'model_weights';
    h5.group(root);
    h5.attribute(root, 'keras_version', KERAS_VERSION);
    h5.attribute(root, 'backend', 'tensorflow');
    writeNames(
      h5,
      root,
      'layer_names',
      keras.layers.map(({ name }) => name),
    );
    for (const layer of keras.layers) {
      const group = `${root}/${layer.name}`;
      h5.group(group);
      const own = layer.weights.map((name) => ({
        name,
        short: `${layer.name}/${name.slice(name.lastIndexOf('/') + 1)}`,
      }));
      writeNames(
        h5,
        group,
        'weight_names',
        own.map(({ short }) => short),
      );
      for (const { name, short } of own) writeArray(h5, `${group}/${short}`, weights, name);
    }
    h5.group(`${root}/top_level_model_weights`);
    h5.attribute(`${root}/top_level_model_weights`, 'weight_names', []);
  });
}

async function partsOf(
  model: LayersModel,
  isLegacy: boolean,
): Promise<{ keras: KerasModel; weights: ReadonlyMap<string, ReadWeight> }> {
  const network = networkOf(model);
  // Refused before anything is read.
  const keras = kerasModel(network, model.name, isLegacy);
  return { keras, weights: await readWeights(network) };
}

function writeArray(h5: H5Writer, path: string, weights: ReadonlyMap<string, ReadWeight>, name: string): void {
  const weight = weights.get(name);
  if (weight === undefined) throw new GraftError({ code: 'internal', what: `The weight "${name}" was not read.` });
  h5.array(path, weight.shape, weight.data);
}

/** HDF5 keeps at most 64 KiB in one attribute; Keras splits longer lists into `name0`, `name1`, … */
const MOST_ATTRIBUTE_BYTES = 60_000;

function writeNames(h5: H5Writer, path: string, name: string, values: readonly string[]): void {
  const width = Math.max(1, ...values.map((value) => new TextEncoder().encode(value).length));
  const each = Math.max(1, Math.floor(MOST_ATTRIBUTE_BYTES / width));
  if (values.length <= each) {
    h5.attribute(path, name, values);
    return;
  }
  for (let part = 0; part * each < values.length; part++) {
    h5.attribute(path, `${name}${part}`, values.slice(part * each, (part + 1) * each));
  }
}
