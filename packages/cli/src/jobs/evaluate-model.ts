import { didYouMean, GraftError, type TargetSpec } from '@graft-ml/core';
import { dataEntry, type Dataset } from '@graft-ml/datasets';
import { ConfusionMatrix, type ClassScores } from '@graft-ml/metrics';
import { evaluate } from '@graft-ml/train';
import type { Session } from '../context.js';
import type { EngineOptions, DataOptions } from '../options/common.js';
import { loadNamed } from '../support/named-data.js';
import { scaledData } from '../support/scaled-data.js';
import { savedModel, type SavedModel } from '../support/saved-model.js';
import { throughSource } from '../support/through-source.js';
import { startBackend } from '../support/start-backend.js';
import { percent, toJson } from '../terminal/format.js';
import { table } from '../terminal/table.js';

export interface EvaluateOptions extends EngineOptions, DataOptions {
  readonly data: string;
  readonly split: string;
  readonly json?: boolean;
}

/** What `graft evaluate --json` prints. Accuracies and scores are fractions. */
export interface Evaluation {
  readonly model: string;
  readonly data: { readonly name: string; readonly fingerprint: string; readonly examples: number };
  readonly accuracy: number;
  /** Mean −ln(probability of the true class), in nats. */
  readonly logLoss: number;
  readonly macroF1: number;
  readonly perClass: readonly (ClassScores & { readonly label: string })[];
  /** Rows: true class; columns: predicted class; in the order of `labels`. */
  readonly confusion: readonly (readonly number[])[];
  readonly labels: readonly string[];
  readonly backend: string;
}

/** `graft evaluate`: test a saved model on a data set. */
export async function evaluateModel(folder: string, options: EvaluateOptions, session: Session): Promise<void> {
  const { terminal, signal } = session;
  if (options.split !== 'test' && options.split !== 'train') {
    throw new GraftError({
      code: 'bad-input',
      what: `There is no split "${options.split}".`,
      remedy: didYouMean(options.split, ['test', 'train']),
    });
  }
  dataEntry(options.data);
  const backend = await startBackend(options, session);
  const saved = await savedModel(folder, session);
  const data = scaledData((await loadNamed(options.data, options, session))[options.split], saved.preprocessing);
  const labels = assertFits(saved, data, folder);
  const known = classLabels(saved.target) ?? [];
  if (labels.join() !== known.join()) {
    terminal.warn(
      `The model’s classes are called ${brief(known)}, those of ${data.name} ${brief(labels)}: they are matched by number.`,
    );
  }
  const seen = await throughSource(saved, data, {}, session);
  const result = await evaluate(saved.network, seen, { signal, onProgress: (progress) => terminal.progress(progress) });
  const matrix = new ConfusionMatrix(labels.length);
  matrix.update(result.outputs, data.classes ?? [], result.outputSize);
  const evaluation: Evaluation = {
    model: saved.name,
    data: { name: data.name, fingerprint: await data.fingerprint(), examples: data.size },
    accuracy: matrix.accuracy(),
    logLoss: result.loss,
    macroF1: matrix.average('macro').f1,
    perClass: matrix.perClass().map((scores, index) => ({ label: labels[index] ?? String(index), ...scores })),
    confusion: matrix.counts,
    labels,
    backend: backend.name,
  };
  saved.model.dispose();
  await saved.trunk?.release();
  terminal.result(options.json === true ? toJson(evaluation) : describe(evaluation));
}

/** @returns the labels @throws GraftError `bad-input` when the model was not made for data like these */
function assertFits(saved: SavedModel, data: Dataset, folder: string): readonly string[] {
  const wanted = saved.preprocessing.inputShape.join(' × ');
  const found = (data.inputShapes[0] ?? []).join(' × ');
  if (wanted !== found || data.inputShapes.length !== 1) {
    throw new GraftError({
      code: 'bad-input',
      what: `The examples of ${data.name} are ${found}.`,
      expected: `The model in ${folder} takes ${wanted}.`,
      remedy: 'Choose data of the same kind as the model was trained on.',
    });
  }
  const labels = classLabels(data.target);
  const known = classLabels(saved.target);
  if (labels === undefined || known?.length !== labels.length) {
    const count = (target: TargetSpec): string => `${(classLabels(target) ?? []).length} classes (${target.kind})`;
    throw new GraftError({
      code: 'bad-input',
      what: `${data.name} has ${count(data.target)}.`,
      expected: `The model in ${folder} tells ${count(saved.target)} apart.`,
    });
  }
  return labels;
}

function classLabels(target: TargetSpec): readonly string[] | undefined {
  return target.kind === 'classes' ? target.labels : undefined;
}

/** The first few of a list of names. */
function brief(names: readonly string[]): string {
  return names.slice(0, 3).join(', ') + (names.length > 3 ? ', …' : '');
}

function describe(evaluation: Evaluation): string {
  const fraction = (value: number): string => value.toFixed(3);
  const { data, labels, confusion } = evaluation;
  const scores = table(
    ['class', 'precision', 'recall', 'F1', 'examples'],
    evaluation.perClass.map((each) => [
      each.label,
      fraction(each.precision),
      fraction(each.recall),
      fraction(each.f1),
      String(each.support),
    ]),
  );
  const matrix = table(
    ['true \\ predicted', ...labels.map((_, index) => String(index))],
    confusion.map((row, index) => [`${index} ${labels[index] ?? ''}`, ...row.map(String)]),
  );
  return [
    `${evaluation.model} on ${data.name} (${data.examples} examples)`,
    `accuracy ${percent(evaluation.accuracy)}   log loss ${evaluation.logLoss.toFixed(4)}   macro F1 ${fraction(evaluation.macroF1)}`,
    '',
    scores,
    '',
    matrix,
  ].join('\n');
}
