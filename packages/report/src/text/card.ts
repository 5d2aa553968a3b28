import type { DataRecord, EnvironmentRecord } from '@graft-ml/core';
import { inMarkdown } from './markdown.js';
import { count } from './numbers.js';

/** What every model card says. Texts are Markdown already; names inside the facts are escaped here. */
export interface CardParts {
  readonly name: string;
  /** What the model does, in a sentence. */
  readonly summary: string;
  readonly source: { readonly name: string; readonly licence?: string };
  readonly run: {
    readonly recipe: string;
    readonly labels: number;
    readonly seed: number;
    readonly steps: number;
    readonly trainableParameters: number;
    readonly totalParameters: number;
  };
  readonly input: string;
  readonly output: string;
  readonly data: DataRecord;
  readonly remarks: readonly string[];
  /** How well it does, in paragraphs. */
  readonly scores: readonly string[];
  /** What nobody knows of this kind of model. */
  readonly unknown: string;
  readonly environment: EnvironmentRecord;
}

/** The sections of a model card, in Markdown. */
export function cardText(parts: CardParts): string {
  const { name, source, run, data, environment } = parts;
  return `${[
    `# ${inMarkdown(name)}`,
    parts.summary,
    '## The model',
    list([
      `Source: ${inMarkdown(source.name)}${source.licence === undefined ? '' : `, licence ${inMarkdown(source.licence)}`}`,
      `Recipe: ${inMarkdown(run.recipe)}; ${count(run.trainableParameters)} of ${count(run.totalParameters)} parameters trained, ${count(run.steps)} steps, seed ${run.seed}`,
      `Input: ${parts.input}`,
      `Output: ${parts.output}`,
    ]),
    '## The data',
    list([
      `${inMarkdown(data.name)}: trained on ${count(run.labels)} examples, tested on ${count(data.testExamples)}`,
      `Fingerprint of the training data: \`${inMarkdown(data.fingerprint)}\``,
      ...parts.remarks.map(inMarkdown),
    ]),
    '## How well it does',
    ...parts.scores,
    '## What is not known',
    list([
      'How it does on pictures of another kind than the test data: another camera, another place, another season.',
      parts.unknown,
      'The test data were looked at once, after training. Choosing between several models by these figures makes them too good.',
    ]),
    '## How it was made',
    `Graft ${inMarkdown(environment.graft)}, TensorFlow.js ${inMarkdown(environment.tfjs)}, backend ${inMarkdown(environment.backend)}, ${inMarkdown(environment.runtime)}, ${inMarkdown(environment.platform)}; begun ${inMarkdown(environment.startedAt)}. Everything needed to do it again is in \`record.json\` and \`graft.json\`.`,
  ].join('\n\n')}\n`;
}

function list(items: readonly string[]): string {
  return items.map((item) => `- ${item}`).join('\n');
}
