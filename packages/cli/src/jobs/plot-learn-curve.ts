import { readFile } from 'node:fs/promises';
import { GraftError, type ExperimentRecord } from '@graft-ml/core';
import { comparisonTable, learnCurvePlot, renderReport } from '@graft-ml/report';
import type { Session } from '../context.js';
import { assertFileWritable } from '../support/output-files.js';
import { isExperiment } from '../support/experiment-file.js';
import { compareRecipes, writeResults, type CompareOptions } from './compare-recipes.js';

export interface LearnCurveOptions extends Omit<CompareOptions, 'source' | 'target'> {
  readonly source?: readonly string[];
  readonly target?: string;
  /** A record's file. */
  readonly from?: string;
}

/** `graft learn-curve`: a comparison over label counts, or the record of one, as a plot. */
export async function plotLearnCurve(options: LearnCurveOptions, session: Session): Promise<void> {
  const { source, target, from } = options;
  const show = (record: ExperimentRecord): string => `${learnCurvePlot(record)}\n\n${comparisonTable(record)}`;
  if (from !== undefined) {
    if (source !== undefined || target !== undefined) {
      throw new GraftError({
        code: 'bad-input',
        what: `Both --from ${from} and a comparison to run were given.`,
        remedy: 'Leave out --source and --target, or --from.',
      });
    }
    const jsonFile = typeof options.json === 'string' ? options.json : undefined;
    for (const path of [jsonFile, options.report]) if (path !== undefined) await assertFileWritable(path);
    await writeResults(await recordIn(from), options, session, show);
    return;
  }
  if (source === undefined || target === undefined) {
    throw new GraftError({
      code: 'bad-input',
      what: `There is nothing to plot: required option '${source === undefined ? '--source <names>' : '--target <name>'}' not specified.`,
      remedy: 'Give --source and --target, or --from with the record of a comparison.',
    });
  }
  await compareRecipes({ ...options, source, target }, session, show);
}

async function recordIn(file: string): Promise<ExperimentRecord> {
  const refuse = (what: string, cause?: unknown): GraftError =>
    new GraftError({
      code: 'bad-input',
      what,
      expected: 'What graft compare --json wrote was expected.',
      ...(cause === undefined ? {} : { cause }),
    });
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (thrown) {
    throw refuse(`${file} cannot be read.`, thrown);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (thrown) {
    throw refuse(`${file} is no JSON.`, thrown);
  }
  if (!isExperiment(value)) throw refuse(`${file} is no record of a comparison.`);
  // It is drawn here once, so that a record with holes is told of before anything is written.
  renderReport(value);
  return value;
}
