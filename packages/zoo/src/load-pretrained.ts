import { GraftError, loadBundle, MANIFEST_FILE, sha256, type LoadedBundle, type Store } from '@graft-ml/core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { PublishedWeights, WeightFile, ZooEntry } from './entry.js';
import { loadTorchWeights } from './importers/load-torch-weights.js';
import { zooEntry } from './registry.js';
import { sourceModelOfEntry, type SourceModel } from './source-model.js';

/** A pretrained model, what its bundle says of it, and what the zoo says of it. */
export interface Pretrained extends LoadedBundle {
  readonly entry: ZooEntry;
  /** The model as something to transfer from: its cuts, head, stages, preprocessing and labels. */
  readonly source: SourceModel;
}

/**
 * Load an entry's weights from any store that holds its files: a web folder, the browser's storage, a folder on disk.
 * For a bundle, the manifest must have the sha256 that the zoo pins, and every other file the one that the manifest
 * pins; for weights that others published, the zoo pins every file that was checked here (`isVerified`), and takes the
 * others as the store has them. Keras's weights are read by `h5wasm`, an optional peer dependency.
 *
 * In Node, `loadPretrained` from `@graft-ml/zoo/node` finds the weights by itself.
 *
 * @param store for example `httpStore('https://example.org/weights/seed-cnn-mnist')`
 * @throws GraftError `not-found` for an unknown name or a store without the files, `bad-input` for an entry without
 *   weights, `unavailable` while its weights are not trained, `corrupt` when the bytes are not the ones pinned
 */
export async function loadPretrainedFrom(store: Store, name: string): Promise<Pretrained> {
  const entry = zooEntry(name);
  assertPretrained(entry);
  if (entry.published !== undefined) {
    return loadPublished(pinnedStore(store, entry.published), entry, entry.published);
  }
  await checkManifest(store, entry);
  return pretrained(await loadBundle(store), entry);
}

async function loadPublished(store: Store, entry: ZooEntry, published: PublishedWeights): Promise<Pretrained> {
  const [file] = published.files;
  if (published.format === 'tfjs-layers' || file === undefined) return pretrained(await loadBundle(store), entry);
  const bytes = await store.read(file.name);
  const from = `${store.location}/${file.name}`;
  const model = entry.create({ seed: 0, classes: entry.labels.length });
  try {
    await fill(model, bytes, published.format, from);
    return pretrained({ model, manifest: undefined }, entry);
  } catch (thrown) {
    model.dispose();
    throw thrown;
  }
}

async function fill(
  model: LayersModel,
  bytes: Uint8Array,
  format: 'keras-weights' | 'torch-safetensors',
  from: string,
): Promise<void> {
  if (format === 'torch-safetensors') loadTorchWeights(model, bytes, { from });
  else {
    // Only who loads weights of Keras needs its reader.
    const { loadKerasWeights } = await import('./keras/import-keras.js');
    await loadKerasWeights(model, bytes, from);
  }
}

function pretrained(loaded: LoadedBundle, entry: ZooEntry): Pretrained {
  return { ...loaded, entry, source: sourceModelOfEntry(entry, loaded.model) };
}

/** @throws GraftError `bad-input` when the entry is an architecture, `unavailable` while its weights are not trained */
export function assertPretrained(entry: ZooEntry): void {
  if (entry.sourceTask === undefined) {
    throw new GraftError({
      code: 'bad-input',
      what: `"${entry.name}" is an architecture without weights.`,
      expected: 'A pretrained entry such as "seed-cnn/mnist" was expected.',
      remedy: 'Use zooEntry(name).create({ seed }) for fresh weights.',
    });
  }
  if (entry.sha256 !== undefined || entry.published !== undefined) return;
  throw new GraftError({
    code: 'unavailable',
    what: `The weights of "${entry.name}" have not been trained yet in this version.`,
    remedy: 'Train them with the training script of the repository, or start from zooEntry(name).create({ seed }).',
  });
}

async function checkManifest(store: Store, { name, sha256: pinned }: ZooEntry): Promise<void> {
  if (!(await store.has(MANIFEST_FILE))) {
    throw new GraftError({
      code: 'not-found',
      what: `The weights of "${name}" are not in ${store.location}: it has no ${MANIFEST_FILE}.`,
      remedy: 'Point to the folder that holds the bundle, or install @graft-ml/zoo again.',
    });
  }
  const found = await sha256(await store.read(MANIFEST_FILE));
  if (found === pinned) return;
  throw new GraftError({
    code: 'corrupt',
    what: `${store.location}/${MANIFEST_FILE} has sha256 ${found}.`,
    expected: `The zoo pins ${pinned} for "${name}".`,
    remedy: 'The weights are of another version or were changed: fetch them again.',
  });
}

/** A store seen through the pins of published files: it has these files only, and gives none that is not as pinned. */
function pinnedStore(store: Store, { files }: PublishedWeights): Store {
  const pins = new Map<string, WeightFile>(files.map((file) => [file.name, file]));
  return {
    ...store,
    has: async (name) => pins.has(name) && store.has(name),
    async read(name) {
      const bytes = await store.read(name);
      const pin = pins.get(name);
      if (pin !== undefined && pin.sha256 === undefined) return bytes;
      const found = await sha256(bytes);
      if (found === pin?.sha256) return bytes;
      throw new GraftError({
        code: 'corrupt',
        what: `${store.location}/${name} has sha256 ${found} (${bytes.byteLength} bytes).`,
        expected:
          pin === undefined
            ? 'The zoo does not list it.'
            : `The zoo has ${pin.sha256}${pin.bytes === undefined ? ', as its publisher states' : ` (${pin.bytes} bytes)`}.`,
        remedy: 'It was damaged or replaced: fetch it again.',
      });
    },
  };
}
