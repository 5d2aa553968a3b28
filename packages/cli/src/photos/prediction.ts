import type { TargetSpec } from '@graft-ml/core';
import { csvLine } from '../terminal/csv.js';
import { percent } from '../terminal/format.js';

/** A model's outputs for one example: the best labels (`confidence` is a fraction), or values. */
export type Outputs =
  | { readonly predictions: readonly { readonly label: string; readonly confidence: number }[] }
  | { readonly values: readonly { readonly name: string; readonly value: number }[] };

/** What is said of one file, or why there is nothing to say. */
export type Prediction = ({ readonly file: string } & Outputs) | { readonly file: string; readonly error: string };

/** @param top how many labels */
export function readOutputs(outputs: readonly number[], target: TargetSpec, top: number): Outputs {
  if (target.kind === 'values') {
    return { values: outputs.map((value, index) => ({ name: target.names[index] ?? String(index), value })) };
  }
  const predictions = outputs
    .map((confidence, index) => ({ label: target.labels[index] ?? String(index), confidence }))
    .sort((a, b) => b.confidence - a.confidence)
    .slice(0, top);
  return { predictions };
}

/** For people: `photo.jpg: bees 97.3 %, ants 2.7 %`, or `row 3: price 352300`. */
export function predictionText(example: string, outputs: Outputs): string {
  const said =
    'values' in outputs
      ? outputs.values.map(({ name, value }) => `${name} ${Number(value.toPrecision(5))}`)
      : outputs.predictions.map(({ label, confidence }) => `${label} ${percent(confidence)}`);
  return `${example}: ${said.join(', ')}`;
}

/** For programs: a line for each label of each file, or one for each file with its values. Files in error have one. */
export function predictionCsv(target: TargetSpec): {
  readonly header: string;
  readonly lines: (prediction: Prediction) => string[];
} {
  if (target.kind === 'values') {
    return {
      header: csvLine(['file', ...target.names, 'error']),
      lines: (each) => [
        'error' in each
          ? csvLine([each.file, ...target.names.map(() => ''), each.error])
          : csvLine([each.file, ...('values' in each ? each.values.map(({ value }) => value) : []), '']),
      ],
    };
  }
  return {
    header: csvLine(['file', 'rank', 'label', 'confidence', 'error']),
    lines: (each) =>
      'error' in each
        ? [csvLine([each.file, '', '', '', each.error])]
        : 'predictions' in each
          ? each.predictions.map(({ label, confidence }, at) => csvLine([each.file, at + 1, label, confidence, '']))
          : [],
  };
}
