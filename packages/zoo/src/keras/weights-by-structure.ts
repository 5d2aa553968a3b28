import { LayersModel } from '@tensorflow/tfjs-layers';
import { GraftError } from '@graft-ml/core';
import type { H5File } from './h5/h5-file.js';
import { listIn, objectIn, type Json } from './json.js';
import { miscounted, type Assignment } from './write-weights.js';

/** What the group of a model's layers is called: in Keras 3, and in the `.keras` files of TensorFlow 2.12 to 2.15. */
const CONTAINERS = ['layers', '_layer_checkpoint_dependencies'];
/** Parts of a layer that hold weights of their own: a recurrent layer's cell, and the layers of wrappers. */
const PARTS = ['cell', 'layer', 'forward_layer', 'backward_layer'];

/**
 * Where every weight of a model lies in the `model.weights.h5` of a `.keras` file: groups that are called after the
 * layers' classes, numbered in their order (`layers/conv2d_1/vars/0`), whatever the layers' own names are.
 *
 * @param config the model's configuration as Keras wrote it
 * @throws GraftError `corrupt` when the file lacks a layer or has too few or too many of its weights
 */
export function weightsByStructure(model: LayersModel, config: Json, file: H5File, from: string): Assignment[] {
  return inContainer(model, config, file, '', from);
}

function inContainer(model: LayersModel, config: Json, file: H5File, path: string, from: string): Assignment[] {
  const container = CONTAINERS.map((name) => join(path, name)).find((each) => file.isGroup(each));
  const taken = new Map<string, number>();
  return listIn(objectIn(config['config'])['layers'])
    .map(objectIn)
    .flatMap((json) => {
      const kind = snakeCase(String(json['class_name']));
      const copy = taken.get(kind) ?? 0;
      taken.set(kind, copy + 1);
      const name = json['name'] ?? objectIn(json['config'])['name'];
      const layer = model.layers.find((each) => each.name === name);
      if (layer === undefined || layer.weights.length === 0) return [];
      const group = join(container ?? '', copy === 0 ? kind : `${kind}_${copy}`);
      if (container === undefined || !file.isGroup(group)) {
        throw new GraftError({
          code: 'corrupt',
          what: `${from} has no weights for the layer "${layer.name}".`,
          expected: `A group "${group}" was expected.`,
          remedy: 'Save the model again.',
        });
      }
      if (layer instanceof LayersModel) return inContainer(layer, json, file, group, from);
      const paths = variables(file, group);
      if (paths.length !== layer.weights.length) {
        throw miscounted(layer.name, paths.length, layer.weights.length, from);
      }
      return layer.weights.flatMap((variable, index) => {
        const each = paths[index] ?? '';
        const array = file.array(each);
        return array === undefined ? [] : [{ variable, array, path: each }];
      });
    });
}

/** Paths of a layer's arrays: its own `vars`, in the order of their numbers, then those of its parts. */
function variables(file: H5File, group: string, depth = 0): string[] {
  const own = file
    .keys(join(group, 'vars'))
    .filter((key) => /^\d+$/.test(key))
    .sort((a, b) => Number(a) - Number(b))
    .map((key) => join(group, `vars/${key}`))
    .filter((path) => file.array(path) !== undefined);
  if (depth > PARTS.length) return own;
  return [...own, ...PARTS.flatMap((part) => variables(file, join(group, part), depth + 1))];
}

function join(...parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join('/');
}

/** As Keras makes names of classes: `DepthwiseConv2D` → `depthwise_conv2d`, `ReLU` → `re_lu`. */
export function snakeCase(name: string): string {
  return name
    .replace(/\W+/g, '')
    .replace(/(.)([A-Z][a-z]+)/g, '$1_$2')
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase();
}
