import { wilsonInterval } from '@graft-ml/metrics';
import { testOutcome } from '@graft-ml/recipes';
import { modelCard, renderReport } from '@graft-ml/report';
import { percent, toJson } from '../terminal/format.js';
import { calibrationText } from './calibration.js';
import { asExperiment, type TrainingRecord } from './training-record.js';
import type { Write } from './written.js';

/** Record, report and model card of a model that tells classes apart. */
export const classesFiles: Write = async (facts, outcome, data, source, testing, environment) => {
  const { recipe, labels, seed, backbone } = facts;
  const tested = await testOutcome(outcome, data.test, { recipe, labels, seed, ...testing });
  const { testAccuracy, testLoss, confusion } = tested;
  const interval = wilsonInterval(Math.round(testAccuracy * data.test.size), data.test.size);
  const record: TrainingRecord = {
    ...facts,
    testAccuracy,
    testAccuracyInterval: interval,
    testLoss,
    confusion,
    mistakes: tested.mistakes.map(({ image: _image, ...mistake }) => {
      const name = data.testNames?.[mistake.index];
      return name === undefined ? mistake : { ...mistake, name };
    }),
    environment: environment(),
  };
  const card = modelCard({
    name: `${recipe} of ${backbone} on ${facts.data.name}`,
    source: { name: source.name, ...(source.licence === undefined ? {} : { licence: source.licence }) },
    data: facts.data,
    run: tested,
    interval,
    ...data.form,
    remarks: facts.remarks,
    environment: record.environment,
  });
  return {
    files: {
      'record.json': `${toJson(record)}\n`,
      'report.html': renderReport(asExperiment(record, tested)),
      'model-card.md': card,
    },
    summary: [
      `${recipe} of ${backbone} on ${facts.data.name}, ${labels} labels, seed ${seed}`,
      `test accuracy ${percent(testAccuracy)} (95 % interval ${percent(interval.low)} to ${percent(interval.high)}, ${facts.data.testExamples} examples)   ` +
        `test loss ${testLoss.toFixed(4)}   ${facts.steps} steps in ${facts.trainSeconds.toFixed(1)} s`,
      ...(facts.calibration === undefined ? [] : [calibrationText(facts.calibration)]),
    ],
    provenance: { testAccuracy },
  };
};
