import {
  describePixelScale,
  type DataRecord,
  type EnvironmentRecord,
  type PixelScale,
  type RunRecord,
} from '@graft-ml/core';
import { cardText } from './text/card.js';
import { count, percent, significant } from './text/numbers.js';
import { inMarkdown, markdownTable } from './text/markdown.js';

/** What a model card is written from, with how bytes become the model's numbers. Accuracies are fractions. */
export interface ModelCardFacts extends PixelScale {
  /** What the model is called. */
  readonly name: string;
  /** The model that was adapted, with its licence where one is known. */
  readonly source: { readonly name: string; readonly licence?: string };
  readonly data: DataRecord;
  /** The run that made the model; its `confusion` gives the table of classes. */
  readonly run: RunRecord;
  /** Of the test accuracy, with 95 % confidence. */
  readonly interval: { readonly low: number; readonly high: number };
  /** One example's shape without the batch. */
  readonly inputShape: readonly number[];
  /** What should be known of the data before the figures are believed: whole sentences. */
  readonly remarks: readonly string[];
  readonly environment: EnvironmentRecord;
}

/**
 * A model card in Markdown (after Mitchell et al. 2019, https://arxiv.org/abs/1810.03993): what the model is, what it was
 * made of, how well it does, on what, and what is not known. All names are escaped.
 *
 * @example
 * ```ts
 * import { modelCard } from '@graft-ml/report';
 * const environment = { graft: '0.0.0', tfjs: '4.22.0', backend: 'wasm', backendDetails: {}, runtime: 'Node', platform: 'linux', startedAt: '2026-01-01T00:00:00Z', seconds: 9 };
 * const card = modelCard({
 *   name: 'insects',
 *   source: { name: 'mobilenet-v1-0.25-224' },
 *   data: { name: 'insects', fingerprint: '00', trainExamples: 152, testExamples: 4, labels: ['ants', 'bees'] },
 *   run: { recipe: 'frozen', labels: 152, seed: 0, testAccuracy: 0.75, testLoss: 0.4, trainSeconds: 3, steps: 600,
 *     trainableParameters: 514, totalParameters: 219_000, curve: [], confusion: [[2, 0], [1, 1]], mistakes: [] },
 *   interval: { low: 0.3, high: 0.95 },
 *   inputShape: [224, 224, 3],
 *   range: [-1, 1],
 *   remarks: [],
 *   environment,
 * });
 * console.log(card.split('\n')[0]); // # insects
 * ```
 */
export function modelCard(facts: ModelCardFacts): string {
  const { data, run, interval, inputShape } = facts;
  const [height, width, channels] = inputShape;
  const pictures =
    inputShape.length === 3 ? ` (pictures of ${height} × ${width}, ${channels === 1 ? 'grey' : 'RGB'})` : '';
  return cardText({
    ...facts,
    summary: `Tells ${data.labels.length} classes apart: ${data.labels.map(inMarkdown).join(', ')}.`,
    input: `float32 [batch, ${inputShape.join(', ')}]${pictures}, ${describePixelScale(facts)}`,
    output: `softmax, [batch, ${data.labels.length}], in the order of the classes above`,
    scores: [
      `Test accuracy **${percent(run.testAccuracy)} %** (95 % confidence interval ${percent(interval.low)} to ${percent(interval.high)} %, Wilson), log loss ${significant(run.testLoss)}.`,
      markdownTable(
        ['class', 'precision', 'recall', 'test examples'],
        data.labels.map((label, at) => classRow(label, at, run)),
      ),
    ],
    unknown:
      'What it says of something that is none of its classes: it always names one of them, sometimes with confidence.',
  });
}

/** A class's precision and recall from the confusion counts (rows: true class, columns: predicted). */
function classRow(label: string, at: number, { confusion }: RunRecord): string[] {
  const right = confusion[at]?.[at] ?? 0;
  const support = (confusion[at] ?? []).reduce((sum, each) => sum + each, 0);
  const predicted = confusion.reduce((sum, row) => sum + (row[at] ?? 0), 0);
  const share = (of: number): string => (of === 0 ? '–' : `${percent(right / of)} %`);
  return [inMarkdown(label), share(predicted), share(support), count(support)];
}
