import { describePixelScale } from '@graft-ml/core';
import { cardText } from '../text/card.js';
import { inMarkdown } from '../text/markdown.js';
import { significant } from '../text/numbers.js';
import type { ValuesFacts } from './values-facts.js';

/**
 * The model card of a model that tells a value, in Markdown; see `modelCard` for one that tells classes apart. All names are
 * escaped.
 *
 * @example
 * ```ts
 * import { valuesCard } from '@graft-ml/report';
 * const data = { name: 'faces', fingerprint: '00', trainExamples: 80, testExamples: 20, labels: ['age'] };
 * const card = valuesCard({
 *   name: 'ages',
 *   value: 'age',
 *   source: { name: 'mobilenet-v1-0.25-224' },
 *   run: { recipe: 'frozen', data, labels: 80, seed: 0, steps: 600, trainSeconds: 3, trainableParameters: 257,
 *     totalParameters: 218_000, remarks: [] },
 *   scores: { r2: 0.8, meanAbsoluteError: 4.2, rootMeanSquaredError: 5.9 },
 *   inputShape: [224, 224, 3],
 *   range: [-1, 1],
 *   environment: { graft: '0.0.0', tfjs: '4.22.0', backend: 'wasm', backendDetails: {}, runtime: 'Node', platform: 'linux',
 *     startedAt: '2026-01-01T00:00:00Z', seconds: 9 },
 * });
 * console.log(card.split('\n')[0]); // # ages
 * ```
 */
export function valuesCard(facts: ValuesFacts): string {
  const { value, run, scores, inputShape } = facts;
  return cardText({
    ...facts,
    data: run.data,
    remarks: run.remarks,
    summary: `Tells ${inMarkdown(value)}.`,
    input: `float32 [batch, ${inputShape.join(', ')}], ${describePixelScale(facts)}`,
    output: `${inMarkdown(value)} in its own unit, [batch, 1]`,
    scores: [
      `R² **${significant(scores.r2)}**; mean absolute error ${significant(scores.meanAbsoluteError)}, root mean squared error ${significant(scores.rootMeanSquaredError)}, in the unit of ${inMarkdown(value)}.`,
    ],
    unknown: 'What it says beyond the values that it was trained on.',
  });
}
