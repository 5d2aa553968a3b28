import type * as tf from '@tensorflow/tfjs-core';
import {
  GraftError,
  loadBundle,
  MANIFEST_FILE,
  MODEL_FILE,
  networkOf,
  outputActivation,
  predict,
  slotInfo,
  withScope,
  type BundleManifest,
  type Network,
  type Preprocessing,
  type Store,
  type TargetSpec,
} from '@graft-ml/core';
import { readTableForm, tableWidth, type TableForm } from '@graft-ml/datasets/table';
import type { OnnxTrunk } from '@graft-ml/zoo/onnx';
import type { ModelMetadata } from '@graft-ml/zoo';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { Session } from '../context.js';
import { knowLayers } from './know-layers.js';
import { modelStore } from './model-store.js';

/** A model from disk, with what is needed to feed it and to read its outputs. */
export interface SavedModel {
  readonly name: string;
  readonly model: LayersModel;
  /** What the model's own inputs become; those of a head are the features of `trunk`. */
  readonly network: Network;
  readonly target: TargetSpec;
  readonly preprocessing: Preprocessing;
  /** How the rows of a table become inputs, for a model that was made from a table. */
  readonly table?: TableForm;
  /** What sees the pictures before the model does, where that is no TensorFlow.js. */
  readonly trunk?: OnnxTrunk;
  /** What the bundle says of itself; plain models say nothing. */
  readonly manifest: BundleManifest | undefined;
}

/**
 * Load a bundle, in a folder or as one file, or a plain tfjs model, for which what `graft.json` would say is read off the
 * model, and off the `metadata.json` of Teachable Machine where there is one.
 *
 * @throws GraftError `not-found` when there is no model in the folder, `corrupt` when its files do not fit
 */
export async function savedModel(folder: string, { terminal }: Session): Promise<SavedModel> {
  const store = await modelStore(folder);
  if (!(await store.has(MODEL_FILE))) {
    throw new GraftError({
      code: 'not-found',
      what: `There is no model in ${folder}: it has no ${MODEL_FILE}.`,
      expected: 'A bundle was expected: a folder such as graft train writes, or one file (.zip).',
      remedy: 'Check the path.',
    });
  }
  const { model, manifest } = await loadBundle(store, { prepare: knowLayers, headAlone: true });
  const network = networkOf(model);
  if (network.inputs.length !== 1 || network.outputs.length !== 1) {
    throw new GraftError({
      code: 'bad-input',
      what: `The model in ${folder} has ${network.inputs.length} inputs and ${network.outputs.length} outputs.`,
      expected: 'One of each was expected.',
    });
  }
  const table = manifest?.provenance['table'];
  const form = table === undefined ? undefined : readTableForm(table, `The ${MANIFEST_FILE} in ${folder}`);
  if (form !== undefined && fixedShape(network, 'inputs', folder).join() !== String(tableWidth(form))) {
    throw new GraftError({
      code: 'corrupt',
      what: `The model in ${folder} takes other inputs than the ${tableWidth(form)} numbers of its table's rows.`,
      remedy: 'Train and save the model again.',
    });
  }
  const trunk = manifest?.trunk === undefined ? undefined : await trunkOf(store, manifest);
  const metadata = manifest === undefined ? await metadataOf(store) : undefined;
  if (manifest?.preprocessing === undefined && form === undefined && metadata?.range === undefined) {
    terminal.note(`${folder} says nothing of its preprocessing: inputs are mapped to [0, 1].`);
  }
  return {
    name: manifest?.name ?? model.name,
    model,
    network,
    target: manifest?.target ?? targetOf(network, folder, metadata?.labels),
    preprocessing: manifest?.preprocessing ?? {
      inputShape: trunk?.inputShape ?? fixedShape(network, 'inputs', folder),
      range: metadata?.range ?? [0, 1],
    },
    ...(form === undefined ? {} : { table: form }),
    ...(trunk === undefined ? {} : { trunk }),
    manifest,
  };
}

/** What runs ONNX files is loaded only for those that have one. */
async function trunkOf(store: Store, manifest: BundleManifest): Promise<OnnxTrunk | undefined> {
  const { openTrunk } = await import('@graft-ml/zoo/onnx');
  return openTrunk(store, manifest);
}

/**
 * What a saved model gives for some examples.
 *
 * @param inputs [B, ...preprocessing.inputShape]; the caller's
 * @returns [B, outputs]; the caller disposes it
 */
export async function outputsOf({ network, trunk }: SavedModel, inputs: tf.Tensor): Promise<tf.Tensor> {
  return withScope(async (scope) => {
    const seen = trunk === undefined ? [inputs] : (await trunk.features([inputs])).map((each) => scope.own(each));
    const [output] = predict(network, seen);
    if (output === undefined) throw new GraftError({ code: 'internal', what: 'The model gave nothing.' });
    return output;
  });
}

/** What Teachable Machine says of its models. Bundles say more, and start faster without the zoo. */
async function metadataOf(store: Store): Promise<ModelMetadata | undefined> {
  const { readMetadata } = await import('@graft-ml/zoo');
  return readMetadata(store);
}

/** What the outputs of a model without a manifest mean, by the activation that ends it. */
function targetOf(network: Network, folder: string, labels: readonly string[] | undefined): TargetSpec {
  const [outputs] = fixedShape(network, 'outputs', 'the model').slice(-1);
  if (labels !== undefined && labels.length !== outputs) {
    throw new GraftError({
      code: 'corrupt',
      what: `The model in ${folder} has ${outputs ?? 1} outputs and ${labels.length} labels in its metadata.json.`,
      expected: 'A label for each output was expected.',
    });
  }
  const names = labels ?? Array.from({ length: outputs ?? 1 }, (_, index) => String(index));
  const activation = outputActivation(network);
  if (activation === 'softmax') return { kind: 'classes', labels: names };
  return activation === 'sigmoid' ? { kind: 'multi-label', labels: names } : { kind: 'values', names };
}

/** The shape of a model's input or output without the batch. @throws GraftError `bad-input` when it is not fixed */
export function fixedShape(network: Network, side: 'inputs' | 'outputs', folder: string): number[] {
  const { shape } = slotInfo(network, network[side][0] ?? -1);
  return shape.slice(1).map((size) => {
    if (size !== null) return size;
    throw new GraftError({
      code: 'bad-input',
      what: `The model in ${folder} has ${side} of shape [${shape.map((each) => each ?? '?').join(', ')}].`,
      expected: 'A shape that is fixed, but for the batch, was expected.',
      remedy: 'Save it as a bundle with its preprocessing.',
    });
  });
}
