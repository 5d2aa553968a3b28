import { describePixelScale } from '@graft-ml/core';
import { inMarkdown } from '../text/markdown.js';
import { count, significant } from '../text/numbers.js';
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
  const { name, value, source, run, scores, inputShape, environment } = facts;
  return `${[
    `# ${inMarkdown(name)}`,
    `Tells ${inMarkdown(value)}.`,
    '## The model',
    list([
      `Source: ${inMarkdown(source.name)}${source.licence === undefined ? '' : `, licence ${inMarkdown(source.licence)}`}`,
      `Recipe: ${inMarkdown(run.recipe)}; ${count(run.trainableParameters)} of ${count(run.totalParameters)} parameters trained, ${count(run.steps)} steps, seed ${run.seed}`,
      `Input: float32 [batch, ${inputShape.join(', ')}], ${describePixelScale(facts)}`,
      `Output: ${inMarkdown(value)} in its own unit, [batch, 1]`,
    ]),
    '## The data',
    list([
      `${inMarkdown(run.data.name)}: trained on ${count(run.labels)} examples, tested on ${count(run.data.testExamples)}`,
      `Fingerprint of the training data: \`${inMarkdown(run.data.fingerprint)}\``,
      ...run.remarks.map(inMarkdown),
    ]),
    '## How well it does',
    `R² **${significant(scores.r2)}**; mean absolute error ${significant(scores.meanAbsoluteError)}, root mean squared error ${significant(scores.rootMeanSquaredError)}, in the unit of ${inMarkdown(value)}.`,
    '## What is not known',
    list([
      'How it does on pictures of another kind than the test data: another camera, another place, another season.',
      'What it says beyond the values that it was trained on.',
      'The test data were looked at once, after training. Choosing between several models by these figures makes them too good.',
    ]),
    '## How it was made',
    `Graft ${inMarkdown(environment.graft)}, TensorFlow.js ${inMarkdown(environment.tfjs)}, backend ${inMarkdown(environment.backend)}, ${inMarkdown(environment.runtime)}, ${inMarkdown(environment.platform)}; begun ${inMarkdown(environment.startedAt)}. Everything needed to do it again is in \`record.json\` and \`graft.json\`.`,
  ].join('\n\n')}\n`;
}

function list(items: readonly string[]): string {
  return items.map((item) => `- ${item}`).join('\n');
}
