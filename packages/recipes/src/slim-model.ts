import {
  buildModel,
  cloneLayer,
  createRng,
  GraftError,
  messageOf,
  networkOf,
  seededInitialisers,
  type Layer,
  type NetworkNode,
} from '@graft-ml/core';
import { cut, headFor, withHead, type Grafted } from '@graft-ml/transfer';
import * as tf from '@tensorflow/tfjs-core';
import type { RecipeTask } from './recipe.js';
import { penultimate } from './surgery.js';

/** What says how wide a layer is, by its kind. */
const WIDTHS: Readonly<Partial<Record<string, string>>> = {
  Dense: 'units',
  Conv2D: 'filters',
  SeparableConv2D: 'filters',
};

/**
 * A small model for the task: the source's architecture with `width` times the channels of every layer, fresh weights, and a head
 * for the target. A quarter of the width is about a sixteenth of the parameters.
 *
 * @param width in (0, 1]
 * @throws GraftError `bad-input` for a source that cannot be narrowed, such as an imported graph
 */
export function slimModel(task: RecipeTask, width: number, name: string): Grafted {
  const rng = createRng(task.seed).fork('slim');
  const { network } = cut(task.source, penultimate(networkOf(task.source)).path);
  const narrow = new Map<Layer, Layer>();
  const replace = (node: NetworkNode): Layer => {
    const config = node.layer.getConfig();
    const key = WIDTHS[node.kind];
    const size = key === undefined ? undefined : config[key];
    const sized = key !== undefined && typeof size === 'number' ? { [key]: Math.max(1, Math.round(size * width)) } : {};
    // A reshape in between, as in MobileNet's end, has its channels last.
    const shape = config['targetShape'];
    const reshaped = Array.isArray(shape)
      ? {
          targetShape: shape.map((each, at) =>
            at === shape.length - 1 && typeof each === 'number' ? Math.round(each * width) : each,
          ),
        }
      : {};
    const seeded = seededInitialisers(config, rng.fork(node.path));
    const layer = cloneLayer(node.layer, node.path, { ...seeded, ...sized, ...reshaped });
    narrow.set(node.layer, layer);
    return layer;
  };
  // Their own fresh weights, instead of the source's, which do not fit.
  const own = ({ layer }: NetworkNode): tf.Tensor[] =>
    (narrow.get(layer)?.weights ?? []).map((weight) => tf.clone(weight.read()));
  try {
    const slim = buildModel(network, name, replace, own);
    const grafted = withHead(cut(slim, -1), headFor(task.train.target), { seed: task.seed, name });
    slim.dispose();
    return grafted;
  } catch (cause) {
    throw new GraftError({
      code: 'bad-input',
      what: `"${task.source.name}" could not be made ${width} times as wide: ${messageOf(cause)}`,
      remedy: 'Use distil() with a student of your own.',
      cause,
    });
  }
}
