import { basename } from 'node:path';
import {
  CAFFE_SCALE,
  describePixelScale,
  IMAGENET_SCALE,
  loadBundle,
  MANIFEST_FILE,
  networkOf,
  nodeAt,
  pixelScaleOf,
  slotInfo,
  type LoadedBundle,
  type PixelScale,
  type Preprocessing,
} from '@graft-ml/core';
import { withInputSize } from '@graft-ml/transfer/input-size';
import { importLayersModel } from '@graft-ml/zoo';
import type { OnnxTrunk } from '@graft-ml/zoo/onnx';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { Session } from '../context.js';
import type { PixelRange } from '../options/pixel-range.js';
import { knowLayers } from './know-layers.js';
import { modelFile } from './model-store.js';
import type { OwnModel } from './own-model.js';
import { fixedShape } from './saved-model.js';
import type { Source } from './source.js';

export interface OwnSourceOptions {
  /** How pictures become the model's inputs, whatever the model says. */
  readonly range?: PixelRange;
  /** The side of pictures, where the model leaves it open. */
  readonly imageSize?: number;
}

/** The side of pictures for models that take any. */
const USUAL_SIDE = 224;

/** What a file or folder says of a model. */
interface Brought {
  readonly name: string;
  readonly model: LayersModel;
  readonly defaultCut?: string;
  readonly preprocessing?: Preprocessing | undefined;
  /** The node of a graph that it was cut after. */
  readonly at?: string;
  readonly trunk?: OnnxTrunk;
}

/** Load a model that the user brings. @throws GraftError as its importer does */
export async function ownSource(plan: OwnModel, options: OwnSourceOptions, { terminal }: Session): Promise<Source> {
  const { range, imageSize: side = USUAL_SIDE } = options;
  const { name, defaultCut, at, trunk, preprocessing, ...brought } = await read(plan, side);
  const model = trunk === undefined ? sized(brought.model, preprocessing, side) : brought.model;
  const inputShape =
    trunk?.inputShape ?? preprocessing?.inputShape ?? fixedShape(networkOf(model), 'inputs', plan.path);
  const form = { inputShape, ...(range === undefined ? pixelScaleOf(preprocessing ?? {}) : scaleOf(range)) };
  const cut = at === undefined ? '' : `, cut after "${at}"`;
  terminal.note(`source: the model "${name}" in ${plan.path}${cut}, inputs [${inputShape.join(', ')}]`);
  if (range === undefined && preprocessing === undefined && inputShape.length === 3) {
    terminal.note(
      `${plan.path} does not say how pictures become its inputs: ${describePixelScale(form)} is assumed. ` +
        'Where that is wrong, say it: --range -1,1, for example.',
    );
  }
  return {
    name,
    model,
    testAccuracy: null,
    form,
    ...(defaultCut === undefined ? {} : { defaultCut }),
    ...(at === undefined ? {} : { at }),
    ...(trunk === undefined ? {} : { trunk }),
    ...(plan.isFrozen ? { isFrozen: true } : {}),
  };
}

function scaleOf(range: PixelRange): PixelScale {
  if (range === 'imagenet') return IMAGENET_SCALE;
  return range === 'caffe' ? CAFFE_SCALE : { range };
}

async function read(plan: OwnModel, side: number): Promise<Brought> {
  const { path } = plan;
  const name = basename(path);
  if (plan.format === 'keras') {
    const { importKeras } = await import('@graft-ml/zoo/keras');
    return importKeras(await modelFile(plan.file), { from: path, name });
  }
  if (plan.format === 'onnx') {
    const { onnxSource } = await import('./onnx-source.js');
    return { name, ...(await onnxSource(plan.file, plan.at, side)) };
  }
  if (plan.format === 'graph') {
    const { FrozenGraph, importGraphModel } = await import('@graft-ml/zoo/graph');
    const { model, defaultCut } = await importGraphModel(plan.store, {
      usualShape: [side, side, 3],
      ...(plan.at === undefined ? {} : { at: plan.at }),
    });
    const graph = model.layers.find((layer) => layer instanceof FrozenGraph);
    return { name, model, defaultCut, ...(graph === undefined ? {} : { at: graph.node }) };
  }
  if (await plan.store.has(MANIFEST_FILE)) return fromBundle(await loadBundle(plan.store, { prepare: knowLayers }));
  return importLayersModel(plan.store, { prepare: knowLayers });
}

function fromBundle({ model, manifest }: LoadedBundle): Brought {
  // Bundles that Graft made say where their own source was cut; a recipe may have removed that layer.
  const at = manifest?.provenance['defaultCut'];
  return {
    name: manifest?.name ?? model.name,
    model,
    preprocessing: manifest?.preprocessing,
    ...(typeof at === 'string' && nodeAt(networkOf(model), at) !== undefined ? { defaultCut: at } : {}),
  };
}

/** A model that takes pictures of any size, made to take one. */
function sized(model: LayersModel, preprocessing: Preprocessing | undefined, side: number): LayersModel {
  const network = networkOf(model);
  const [, height, width] = slotInfo(network, network.inputs[0] ?? -1).shape;
  const isOpen =
    network.inputs.length === 1 && model.inputs[0]?.shape.length === 4 && (height === null || width === null);
  if (!isOpen) return model;
  const [rows = side, columns = side] = preprocessing?.inputShape ?? [];
  const fixed = withInputSize(model, [height ?? rows, width ?? columns]);
  model.dispose();
  return fixed;
}
