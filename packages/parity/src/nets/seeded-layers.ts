import * as layers from '@tensorflow/tfjs-layers';
import { createRng, GraftError } from '@graft-ml/core';

/** A layer's name and its initialiser, seeded by the name. */
export function initialised(name: string): {
  readonly name: string;
  readonly kernelInitializer: ReturnType<typeof layers.initializers.glorotUniform>;
} {
  return { name, kernelInitializer: layers.initializers.glorotUniform({ seed: createRng(1).fork(name).seed() }) };
}

export function applied(
  layer: layers.layers.Layer,
  input: layers.SymbolicTensor | layers.SymbolicTensor[],
): layers.SymbolicTensor {
  const output = layer.apply(input);
  if (output instanceof layers.SymbolicTensor) return output;
  throw new GraftError({ code: 'internal', what: `The layer "${layer.name}" gave no symbolic tensor.` });
}
