import type * as tf from '@tensorflow/tfjs-core';
import { isFrozenBatchNorm } from './call-node.js';
import { nodesOfUnit, withoutNorm, type ConvolutionUnit } from './convolution-unit.js';
import type { ForwardOptions } from './forward-options.js';
import type { NetworkNode, Slot } from './network.js';
import { runConvolution } from './run-convolution.js';

/**
 * Call the layers of a unit as one convolution and store what comes out. A norm that is in training mode, and what comes
 * after it, are left to be called one by one.
 *
 * @returns the nodes that were computed; undefined where their layers must be called themselves
 */
export function callUnit(
  unit: ConvolutionUnit,
  values: Map<Slot, tf.Tensor>,
  masks: ReadonlyMap<Slot, tf.Tensor>,
  { training, frozen, watched }: ForwardOptions,
): readonly NetworkNode[] | undefined {
  const [slot = -1] = (unit.pad ?? unit.convolution).inputs;
  const x = values.get(slot);
  if (x === undefined || masks.has(slot) || !isImages(x)) return undefined;
  const normTrains = training === true && unit.norm !== undefined && !isFrozenBatchNorm(unit.norm, frozen);
  const part = normTrains ? withoutNorm(unit) : unit;
  const nodes = nodesOfUnit(part);
  const [output] = nodes.at(-1)?.outputs ?? [];
  if (output === undefined || nodes.slice(0, -1).some(({ path }) => watched?.has(path))) return undefined;
  values.set(output, runConvolution(part, x));
  return nodes;
}

function isImages(x: tf.Tensor): x is tf.Tensor4D {
  return x.rank === 4 && x.dtype === 'float32' && x.size > 0;
}
