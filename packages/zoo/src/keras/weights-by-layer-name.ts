import { LayersModel, type LayerVariable } from '@tensorflow/tfjs-layers';
import { GraftError, type Layer } from '@graft-ml/core';
import type { H5Array, H5File } from './h5/h5-file.js';
import { miscounted, type Assignment } from './write-weights.js';

interface NamedH5Array {
  readonly name: string;
  readonly path: string;
  readonly array: H5Array;
}

/**
 * Where every weight of a model lies in an `.h5` file of Keras 2, or one of Keras 3 in that format: a group for each
 * layer, whose attribute `weight_names` lists its arrays.
 *
 * Arrays are found by their names (`conv1/kernel:0`) where these say what they are, else by their order, which is
 * Keras's: a layer's own, and in a nested model those that train first.
 *
 * @param root the group of the layers: `model_weights` in a whole model, the file's root in a file of weights
 * @throws GraftError `corrupt` when the file lacks a layer or has too few or too many of its weights
 */
export function weightsByLayerName(model: LayersModel, file: H5File, root: string, from: string): Assignment[] {
  const holders = model.layers
    .map((layer) => ({ name: layer.name, leaves: leavesOf(layer).filter(({ weights }) => weights.length > 0) }))
    .filter(({ leaves }) => leaves.length > 0);
  const groups = groupsOf(
    holders.map(({ name }) => name),
    file,
    root,
    from,
  );
  return holders.flatMap(({ name, leaves }, index) => {
    const { group, names } = groups[index] ?? { group: '', names: [] };
    const arrays = names.map((each): NamedH5Array => {
      const path = `${group}/${each}`;
      const array = file.array(path);
      if (array !== undefined) return { name: each, path, array };
      throw new GraftError({ code: 'corrupt', what: `${from} lists the array "${path}" and does not hold it.` });
    });
    const wanted = leaves.reduce((sum, { weights }) => sum + weights.length, 0);
    if (arrays.length !== wanted) throw miscounted(name, arrays.length, wanted, from);
    return byName(leaves, arrays) ?? byOrder(leaves, arrays);
  });
}

interface Group {
  readonly group: string;
  /** Of its arrays. */
  readonly names: readonly string[];
}

/**
 * The groups of the layers that have weights: by the layers' names, or, where the file calls its layers otherwise, in the
 * order in which it lists them, which is how Keras itself reads such files.
 */
function groupsOf(layers: readonly string[], file: H5File, root: string, from: string): Group[] {
  const at = (layer: string): Group | undefined => {
    const group = root === '' ? layer : `${root}/${layer}`;
    const names = file.texts(group, 'weight_names');
    return names === undefined ? undefined : { group, names };
  };
  const named = layers.map(at);
  const found = named.filter((each) => each !== undefined);
  if (found.length === layers.length) return found;
  const listed = (file.texts(root, 'layer_names') ?? [])
    .map(at)
    .filter((each) => each !== undefined)
    .filter(({ names }) => names.length > 0);
  if (listed.length === layers.length) return listed;
  const absent = layers[named.indexOf(undefined)] ?? '';
  throw new GraftError({
    code: 'corrupt',
    what: `${from} has no weights for the layer "${absent}".`,
    expected: `A group "${root === '' ? absent : `${root}/${absent}`}" with weight_names was expected, or ${layers.length} layers with weights in the model's order; it lists ${listed.length}.`,
    remedy: 'The weights are of another model, or of another version of it.',
  });
}

/** A layer, or the layers of a nested model, all the way down. */
function leavesOf(layer: Layer): Layer[] {
  return layer instanceof LayersModel ? layer.layers.flatMap(leavesOf) : [layer];
}

/** undefined when the names do not say of every array which weight it is. */
function byName(leaves: readonly Layer[], arrays: readonly NamedH5Array[]): Assignment[] | undefined {
  const left = new Map<string, NamedH5Array>();
  for (const each of arrays) {
    const parts = each.name.replace(/:\d+$/, '').split('/');
    const base = parts.at(-1) ?? '';
    const leaf = leaves.length === 1 ? leaves[0] : leaves.find(({ name }) => parts.slice(0, -1).includes(name));
    const key = `${leaf?.name ?? ''}/${base}`;
    if (leaf === undefined || left.has(key)) return undefined;
    left.set(key, each);
  }
  const found: Assignment[] = [];
  for (const leaf of leaves) {
    for (const variable of leaf.weights) {
      const each = left.get(`${leaf.name}/${baseName(variable)}`);
      if (each === undefined) return undefined;
      found.push({ variable, array: each.array, path: each.path });
    }
  }
  return found;
}

function byOrder(leaves: readonly Layer[], arrays: readonly NamedH5Array[]): Assignment[] {
  const training = leaves.flatMap((leaf) => leaf.trainableWeights);
  const rest = leaves.flatMap((leaf) => leaf.weights.filter((weight) => !leaf.trainableWeights.includes(weight)));
  return [...training, ...rest].flatMap((variable, index) => {
    const each = arrays[index];
    return each === undefined ? [] : [{ variable, array: each.array, path: each.path }];
  });
}

function baseName({ originalName }: LayerVariable): string {
  return originalName.slice(originalName.lastIndexOf('/') + 1);
}
