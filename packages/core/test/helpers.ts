import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import * as layers from '@tensorflow/tfjs-layers';
import { GraftError, type Backend } from '../src/index.js';

/** The pure-JavaScript engine, as a backend value of the tests' own: core depends on no backend package. */
export function testBackend(name = 'cpu'): Backend {
  return {
    name,
    async start() {
      await tf.setBackend('cpu');
      await tf.ready();
      return { engine: 'cpu', details: {} };
    },
  };
}

export function apply(
  layer: layers.layers.Layer,
  input: layers.SymbolicTensor | layers.SymbolicTensor[],
): layers.SymbolicTensor {
  const output = layer.apply(input);
  if (output instanceof layers.SymbolicTensor) return output;
  throw new Error(`${layer.name} gave no symbolic tensor`);
}

export function present<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('a value was expected');
  return value;
}

export async function values(tensor: tf.Tensor): Promise<number[]> {
  return [...(await tensor.data())];
}

/** The GraftError that some work throws or rejects with; anything else fails the test. */
export async function caught(work: () => unknown): Promise<GraftError> {
  try {
    await work();
  } catch (thrown) {
    if (thrown instanceof GraftError) return thrown;
    throw thrown;
  }
  throw new Error('a GraftError was expected');
}

export function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

export function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
