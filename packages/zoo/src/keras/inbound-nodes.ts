import { GraftError } from '@graft-ml/core';
import { isJson, listIn, objectIn } from './json.js';

/** Where a tensor comes from, as Keras 2 and tfjs write it: layer, call and output. */
export type History = readonly [layer: string, call: number, output: number];

/**
 * The calls of a layer, as Keras 2 and tfjs write them: for each call a list of `[layer, call, output, {}]`.
 *
 * Keras 3 writes `{ args, kwargs }` with tensors as `__keras_tensor__` objects.
 *
 * @param moved where to read what Keras reads from a place
 * @throws GraftError `bad-input` for a call that tensors enter by name, such as attention with a mask
 */
export function inboundNodes(
  nodes: unknown,
  layer: string,
  moved: (place: History) => History,
  from: string,
): readonly unknown[] {
  return listIn(nodes).map((node) => {
    if (!isJson(node)) return listIn(node).map((each) => movedPlace(each, moved));
    const inKwargs = histories(Object.values(objectIn(node['kwargs'])));
    if (inKwargs.length > 0) {
      throw new GraftError({
        code: 'bad-input',
        what: `The layer "${layer}" of ${from} is given tensors by name (${Object.keys(objectIn(node['kwargs'])).join(', ')}).`,
        expected: 'Layers that are called on positional tensors were expected; tfjs knows no others.',
      });
    }
    return histories(node['args']).map((place) => [...moved(place), {}]);
  });
}

/** `input_layers` and `output_layers`: a list of `[layer, call, output]`, or, in Keras 3, also a bare one. */
export function endpoints(value: unknown, moved: (place: History) => History): readonly unknown[] {
  const list = listIn(value);
  return (typeof list[0] === 'string' ? [list] : list).map((each) => movedPlace(each, moved));
}

function movedPlace(value: unknown, moved: (place: History) => History): unknown {
  const [name, call, output, ...rest] = listIn(value);
  return typeof name === 'string' && typeof call === 'number' && typeof output === 'number'
    ? [...moved([name, call, output]), ...rest]
    : value;
}

function histories(value: unknown, depth = 0): History[] {
  if (depth > 8) return [];
  if (Array.isArray(value)) return value.flatMap((each) => histories(each, depth + 1));
  if (!isJson(value) || value['class_name'] !== '__keras_tensor__') return [];
  const [layer, call, output] = listIn(objectIn(value['config'])['keras_history']);
  return typeof layer === 'string' && typeof call === 'number' && typeof output === 'number'
    ? [[layer, call, output]]
    : [];
}
