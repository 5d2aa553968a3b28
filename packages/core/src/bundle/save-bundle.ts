import type * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { GraftError } from '../errors/graft-error.js';
import { sha256 } from '../hash/sha256.js';
import type { Store } from '../store/store.js';
import { sealed, type BundleManifest, type FileFacts, type TrunkFacts } from './manifest.js';

/** The largest shard; browsers cache files of this size. */
const SHARD_BYTES = 4 * 1024 * 1024;

export const MODEL_FILE = 'model.json';
export const MANIFEST_FILE = 'graft.json';

/** What to save beside the model. */
export interface BundleFacts extends Partial<
  Pick<BundleManifest, 'target' | 'preprocessing' | 'frozen' | 'provenance'>
> {
  /** The trunk on whose features the model is a head, where TensorFlow.js does not run it. Preprocessing is then the trunk's. */
  readonly trunk?: Omit<TrunkFacts, 'file'> & { readonly bytes: Uint8Array };
}

/**
 * Save a model as a bundle: `model.json` and weight shards that plain `tf.loadLayersModel` opens, and `graft.json`
 * with labels, preprocessing, provenance and the sha256 of every file.
 *
 * A trunk that TensorFlow.js does not run is a file beside them. Shards and trunk are named by their contents and written
 * first, `graft.json` last, so that an older bundle in the same place stays whole until the new one is.
 *
 * @throws GraftError `storage` when the store refuses
 */
export async function saveBundle(store: Store, model: LayersModel, facts: BundleFacts = {}): Promise<BundleManifest> {
  const { modelTopology, weightSpecs, weightData } = await artifactsOf(model);
  const files: Record<string, FileFacts> = {};
  const writeNamed = async (name: string, bytes: Uint8Array): Promise<void> => {
    await store.write(name, bytes);
    files[name] = { bytes: bytes.byteLength, sha256: await sha256(bytes) };
  };
  let trunk: TrunkFacts | undefined;
  if (facts.trunk !== undefined) {
    const { bytes, format, at } = facts.trunk;
    trunk = { format, file: `trunk-${(await sha256(bytes)).slice(0, 12)}.${format}`, at };
    await writeNamed(trunk.file, bytes);
  }
  const paths: string[] = [];
  const shards = Math.max(1, Math.ceil(weightData.byteLength / SHARD_BYTES));
  for (let shard = 0; shard < shards; shard++) {
    const bytes = weightData.subarray(shard * SHARD_BYTES, (shard + 1) * SHARD_BYTES);
    const name = `weights-${(await sha256(bytes)).slice(0, 12)}-${shard + 1}of${shards}.bin`;
    await writeNamed(name, bytes);
    paths.push(name);
  }
  const json = {
    format: 'layers-model',
    generatedBy: 'graft',
    convertedBy: null,
    modelTopology,
    weightsManifest: [{ paths, weights: weightSpecs }],
  };
  const before = (await store.has(MODEL_FILE)) ? await store.read(MODEL_FILE) : undefined;
  await writeNamed(MODEL_FILE, encode(json));
  const manifest = await sealed({
    format: 'graft-bundle',
    formatVersion: 1,
    name: model.name,
    ...(facts.target === undefined ? {} : { target: facts.target }),
    ...(facts.preprocessing === undefined ? {} : { preprocessing: facts.preprocessing }),
    ...(trunk === undefined ? {} : { trunk }),
    frozen: facts.frozen ?? [],
    provenance: facts.provenance ?? {},
    files,
  });
  try {
    await store.write(MANIFEST_FILE, encode(manifest));
  } catch (cause) {
    // The old manifest is still in place: give it back the model.json that it vouches for.
    if (before !== undefined) await store.write(MODEL_FILE, before).catch(() => undefined);
    throw cause;
  }
  return manifest;
}

interface Artifacts {
  readonly modelTopology: object;
  readonly weightSpecs: tf.io.WeightsManifestEntry[];
  readonly weightData: Uint8Array;
}

async function artifactsOf(model: LayersModel): Promise<Artifacts> {
  const saved: { artifacts?: tf.io.ModelArtifacts } = {};
  await model.save({
    save(artifacts: tf.io.ModelArtifacts) {
      saved.artifacts = artifacts;
      return Promise.resolve({ modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } });
    },
  });
  const { modelTopology, weightSpecs, weightData } = saved.artifacts ?? {};
  if (
    modelTopology === undefined ||
    modelTopology instanceof ArrayBuffer ||
    weightSpecs === undefined ||
    weightData === undefined
  ) {
    throw new GraftError({ code: 'internal', what: `tfjs gave no topology or weights for the model "${model.name}".` });
  }
  return { modelTopology, weightSpecs, weightData: joinBuffers(weightData) };
}

function joinBuffers(data: ArrayBuffer | ArrayBuffer[]): Uint8Array {
  if (!Array.isArray(data)) return new Uint8Array(data);
  const joined = new Uint8Array(data.reduce((sum, part) => sum + part.byteLength, 0));
  let offset = 0;
  for (const part of data) {
    joined.set(new Uint8Array(part), offset);
    offset += part.byteLength;
  }
  return joined;
}

function encode(json: object): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify(json, null, 1)}\n`);
}
