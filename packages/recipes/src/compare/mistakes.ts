import type { MistakeRecord } from '@graft-ml/core';
import { disposeBatch, type Dataset } from '@graft-ml/datasets';

/**
 * The test examples that a model got wrong with the most confidence, with their pictures when the data are pictures.
 *
 * @param probabilities [examples × classes], row-major
 * @param most how many to give
 */
export async function worstMistakes(
  data: Dataset,
  probabilities: Float32Array,
  most: number,
): Promise<MistakeRecord[]> {
  if (data.target.kind !== 'classes' || data.classes === undefined) return [];
  const { labels } = data.target;
  const wrong: { index: number; truth: number; predicted: number; confidence: number }[] = [];
  for (const [index, truth] of data.classes.entries()) {
    const row = probabilities.subarray(index * labels.length, (index + 1) * labels.length);
    const predicted = row.reduce((best, value, at) => (value > (row[best] ?? 0) ? at : best), 0);
    if (predicted !== truth) wrong.push({ index, truth, predicted, confidence: row[predicted] ?? 0 });
  }
  wrong.sort((a, b) => b.confidence - a.confidence || a.index - b.index);
  const worst = wrong.slice(0, most);
  const images = await pictures(
    data,
    worst.map((each) => each.index),
  );
  return worst.map(({ index, truth, predicted, confidence }, at) => {
    const image = images[at];
    return {
      index,
      truth: labels[truth] ?? String(truth),
      predicted: labels[predicted] ?? String(predicted),
      confidence,
      ...(image === undefined ? {} : { image }),
    };
  });
}

/** The examples as 8-bit pictures, stretched to their own darkest and brightest values; undefined for other data. */
async function pictures(data: Dataset, indices: readonly number[]): Promise<(MistakeRecord['image'] | undefined)[]> {
  const [height = 0, width = 0, channels] = data.inputShapes[0] ?? [];
  if (indices.length === 0 || data.inputShapes.length !== 1 || (channels !== 1 && channels !== 3)) return [];
  const batch = await data.batch(indices);
  try {
    const values = Float32Array.from((await batch.inputs[0]?.data()) ?? []);
    const size = height * width * channels;
    return indices.map((_, at) => {
      const pixels = values.slice(at * size, (at + 1) * size);
      const low = pixels.reduce((least, value) => Math.min(least, value), Infinity);
      const high = pixels.reduce((most, value) => Math.max(most, value), -Infinity);
      const scale = high > low ? 255 / (high - low) : 0;
      const bytes = Uint8Array.from(pixels, (value) => Math.round((value - low) * scale));
      return { width, height, channels, base64: base64Of(bytes) };
    });
  } finally {
    disposeBatch(batch);
  }
}

function base64Of(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
}
