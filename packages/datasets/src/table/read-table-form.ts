import { GraftError } from '@graft-ml/core';
import type { ColumnForm, TableForm } from './table-form.js';

/** More than any table that a browser or a spreadsheet opens. */
const MOST_COLUMNS = 100_000;

/**
 * A form as it was kept with a model, in plain JSON.
 *
 * @param from what messages call it
 * @throws GraftError `corrupt` when it is no such form
 */
export function readTableForm(json: unknown, from: string): TableForm {
  const { columns, target, spec, scale } = fieldsOf(json);
  const read = Array.isArray(columns) && columns.length <= MOST_COLUMNS ? columns.map(readColumn) : [undefined];
  const known = read.filter((column) => column !== undefined);
  const meaning = readSpec(spec);
  const unit = scale === undefined ? {} : readScale(scale);
  if (known.length < read.length || known.length === 0 || typeof target !== 'string' || !meaning || !unit) {
    throw new GraftError({
      code: 'corrupt',
      what: `${from} does not say how a table becomes numbers.`,
      expected: 'Columns of numbers or categories and a target, as fitTableForm gives them, were expected.',
      remedy: 'Train and save the model again.',
    });
  }
  return { columns: known, target, spec: meaning, ...unit };
}

function fieldsOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}

function readColumn(value: unknown): ColumnForm | undefined {
  const { kind, name, mean, sd, indicator, values } = fieldsOf(value);
  if (typeof name !== 'string') return undefined;
  if (kind === 'category') return areTexts(values) ? { kind, name, values } : undefined;
  if (kind !== 'number' || typeof indicator !== 'boolean') return undefined;
  return isFinite(mean) && isFinite(sd) && sd > 0 ? { kind, name, mean, sd, indicator } : undefined;
}

function readSpec(value: unknown): TableForm['spec'] | undefined {
  const { kind, labels, names } = fieldsOf(value);
  if (kind === 'values') return areTexts(names) ? { kind, names } : undefined;
  return kind === 'classes' && areTexts(labels) ? { kind, labels } : undefined;
}

function readScale(value: unknown): Pick<TableForm, 'scale'> | undefined {
  const { mean, sd } = fieldsOf(value);
  return isFinite(mean) && isFinite(sd) ? { scale: { mean, sd } } : undefined;
}

function areTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.length > 0 && value.every((each) => typeof each === 'string');
}

function isFinite(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}
