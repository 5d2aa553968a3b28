import * as tf from '@tensorflow/tfjs-core';
import { GraftError, sha256OfText, type ForeignTrunk, type Network, type Slot } from '@graft-ml/core';
import { hashArray } from '../internal/hash-array.js';

/**
 * What a feature map is a function of: the trunk's architecture and weights, the data, and the engine, whose rounding
 * is its own. Names, initialisers and regularisers do not count.
 *
 * @returns 64 hexadecimal digits
 */
export async function featureKey(trunk: Network | ForeignTrunk, dataFingerprint: string): Promise<string> {
  // What TensorFlow.js does not run does not depend on its engine.
  if (!('nodes' in trunk)) return sha256OfText(['foreign features 1', dataFingerprint, trunk.fingerprint].join('\n'));
  const parts = ['features 2', tf.getBackend(), dataFingerprint, architectureOf(trunk)];
  for (const { variable, shape } of trunk.weights) {
    const values = await variable.data();
    if (!(values instanceof Float32Array || values instanceof Int32Array || values instanceof Uint8Array)) {
      throw new GraftError({ code: 'internal', what: `The weight "${variable.name}" holds no numbers.` });
    }
    parts.push(JSON.stringify(shape), await hashArray(values));
  }
  return sha256OfText(parts.join('\n'));
}

function architectureOf(trunk: Network): string {
  const numbers = new Map<Slot, number>();
  const number = (slot: Slot): number => {
    const known = numbers.get(slot) ?? numbers.size;
    numbers.set(slot, known);
    return known;
  };
  const weightNumber = new Map(trunk.weights.map((weight, at) => [weight.name, at]));
  return JSON.stringify({
    inputs: trunk.inputs.map(number),
    nodes: trunk.nodes.map((node) => ({
      kind: node.kind,
      config: relevant(node.layer.getConfig()),
      inputs: node.inputs.map(number),
      outputs: node.outputs.map(number),
      weights: node.weights.map((name) => weightNumber.get(name)),
    })),
    outputs: trunk.outputs.map(number),
  });
}

const IRRELEVANT = /^(name|trainable|batchInputShape)$|(initializer|regularizer|constraint)$/i;

/** A layer's configuration without what does not change its output. */
function relevant(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(relevant);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !IRRELEVANT.test(key))
      .map(([key, inner]) => [key, relevant(inner)]),
  );
}
