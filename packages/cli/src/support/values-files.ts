import { networkOf } from '@graft-ml/core';
import { meanAbsoluteError, r2, rootMeanSquaredError } from '@graft-ml/metrics';
import { valuesCard, valuesReport, type ToldValue } from '@graft-ml/report';
import { evaluate } from '@graft-ml/train';
import { toJson } from '../terminal/format.js';
import type { ValuesRecord } from './training-record.js';
import type { Write } from './written.js';

/** How many of the worst told examples are recorded. */
const WORST = 12;

/** Record, report and model card of a model that tells a value. */
export const valuesFiles: Write = async (facts, outcome, data, source, testing, environment) => {
  const [value = 'value'] = facts.data.labels;
  const told: ToldValue[] = [];
  const { metrics } = await evaluate(networkOf(outcome.model), data.test, {
    metrics: [r2(), meanAbsoluteError(), rootMeanSquaredError()],
    ...testing,
    onBatch: ({ indices, outputs, targets }) => {
      for (const [at, index] of indices.entries()) {
        const name = data.testNames?.[index] ?? `test example ${index}`;
        told.push({ name, truth: targets[at] ?? Number.NaN, told: outputs[at] ?? Number.NaN });
      }
    },
  });
  const scores = {
    r2: metrics['r2'] ?? Number.NaN,
    meanAbsoluteError: metrics['meanAbsoluteError'] ?? Number.NaN,
    rootMeanSquaredError: metrics['rootMeanSquaredError'] ?? Number.NaN,
  };
  const worst = told.toSorted((a, b) => Math.abs(b.told - b.truth) - Math.abs(a.told - a.truth)).slice(0, WORST);
  const record: ValuesRecord = { ...facts, scores, worst, environment: environment() };
  const about = {
    name: `${facts.recipe} of ${facts.backbone} on ${facts.data.name}`,
    value,
    source: { name: source.name, ...(source.licence === undefined ? {} : { licence: source.licence }) },
    run: facts,
    scores,
    ...data.form,
    environment: record.environment,
  };
  return {
    files: {
      'record.json': `${toJson(record)}\n`,
      'report.html': valuesReport({ ...about, told, worst }),
      'model-card.md': valuesCard(about),
    },
    summary: [
      `${facts.recipe} of ${facts.backbone} on ${facts.data.name}, ${facts.labels} labels, seed ${facts.seed}`,
      `${value}: R² ${scores.r2.toFixed(3)}   mean absolute error ${scores.meanAbsoluteError.toPrecision(4)}   ` +
        `on ${data.test.size} pictures that were not trained on   ${facts.steps} steps in ${facts.trainSeconds.toFixed(1)} s`,
    ],
    provenance: { scores },
  };
};
