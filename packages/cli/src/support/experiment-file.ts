import type { ExperimentRecord } from '@graft-ml/core';

/** Whether something read from a file is the record of a comparison, as far as tables and plots need it. */
export function isExperiment(value: unknown): value is ExperimentRecord {
  return (
    isObject(value) &&
    value['format'] === 'graft-experiment' &&
    value['formatVersion'] === 1 &&
    isObject(value['source']) &&
    isObject(value['target']) &&
    typeof value['target']['trainExamples'] === 'number' &&
    Array.isArray(value['target']['labels']) &&
    isObject(value['environment']) &&
    isObject(value['environment']['backendDetails']) &&
    Array.isArray(value['runs']) &&
    value['runs'].every((run) => isObject(run) && Array.isArray(run['curve']) && Array.isArray(run['confusion'])) &&
    Array.isArray(value['rows']) &&
    value['rows'].length > 0 &&
    value['rows'].every(isRow)
  );
}

function isRow(value: unknown): boolean {
  return (
    isObject(value) &&
    typeof value['recipe'] === 'string' &&
    typeof value['labels'] === 'number' &&
    Array.isArray(value['seeds']) &&
    isObject(value['testAccuracy']) &&
    Array.isArray(value['testAccuracy']['values']) &&
    typeof value['testAccuracy']['mean'] === 'number'
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
