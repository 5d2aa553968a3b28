import * as tf from '@tensorflow/tfjs-core';
import { GraftError, withScope } from '@graft-ml/core';
import type { Batch, Dataset } from './dataset.js';
import { checkIndices } from './internal/checks.js';
import { derivedFingerprint, once } from './internal/hash-array.js';

/**
 * Datasets one after another, as one. They must agree in input shapes and target.
 *
 * @throws GraftError `bad-input` for an empty list or datasets that differ
 */
export function concatDatasets(parts: readonly Dataset[], name?: string): Dataset {
  const [first] = parts;
  if (first === undefined) {
    throw new GraftError({
      code: 'bad-input',
      what: 'No datasets were given.',
      expected: 'At least one was expected.',
    });
  }
  const whatOf = (part: Dataset): string => JSON.stringify([part.inputShapes, part.target]);
  for (const part of parts) {
    if (whatOf(part) === whatOf(first)) continue;
    throw new GraftError({
      code: 'bad-input',
      what: `"${part.name}" holds ${whatOf(part)}.`,
      expected: `"${first.name}" holds ${whatOf(first)}; the two must agree.`,
    });
  }
  const title = name ?? parts.map((part) => part.name).join(' + ');
  const size = parts.reduce((sum, part) => sum + part.size, 0);
  const classes = parts.map((part) => part.classes);
  return {
    name: title,
    size,
    inputShapes: first.inputShapes,
    target: first.target,
    ...(classes.every((each) => each !== undefined) ? { classes: joined(classes, size) } : {}),
    fingerprint: once(async () =>
      derivedFingerprint('concat', ...(await Promise.all(parts.map((part) => part.fingerprint())))),
    ),
    batch: (indices) => gather(parts, checkIndices(title, size, indices)),
  };
}

function joined(parts: readonly Int32Array[], size: number): Int32Array {
  const all = new Int32Array(size);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** Each part gathers its own examples; then they are put into the order that was asked for. */
function gather(parts: readonly Dataset[], indices: Int32Array): Promise<Batch> {
  return withScope(async (scope) => {
    const pieces: Batch[] = [];
    const places: number[] = [];
    let begin = 0;
    for (const part of parts) {
      const at = [...indices.keys()].filter((each) => inside(indices[each] ?? 0, begin, part.size));
      // A piece of no rows is only gathered when nothing else is there to give the batch its shapes.
      if (at.length > 0 || (indices.length === 0 && pieces.length === 0)) {
        const piece = await part.batch(at.map((each) => (indices[each] ?? 0) - begin));
        for (const tensor of [...piece.inputs, piece.targets]) scope.own(tensor);
        pieces.push(piece);
        places.push(...at);
      }
      begin += part.size;
    }
    const order = new Int32Array(places.length);
    for (const [from, to] of places.entries()) order[to] = from;
    const ordered = (tensors: readonly tf.Tensor[]): tf.Tensor => {
      const [only] = tensors;
      if (tensors.length === 1 && only !== undefined) return scope.release(only);
      return tf.tidy(() => tf.gather(tf.concat([...tensors]), tf.tensor1d(order, 'int32')));
    };
    return {
      inputs: (pieces[0]?.inputs ?? []).map((_, input) =>
        ordered(pieces.flatMap((piece) => piece.inputs[input] ?? [])),
      ),
      targets: ordered(pieces.map((piece) => piece.targets)),
      indices,
    };
  });
}

function inside(index: number, begin: number, size: number): boolean {
  return index >= begin && index < begin + size;
}
