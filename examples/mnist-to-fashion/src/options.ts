import { createRequire } from 'node:module';
import { parseArgs } from 'node:util';

const core: { version: string } = createRequire(import.meta.url)('@graft-ml/core/package.json');

/** The version of Graft that the record names. */
export const VERSION = core.version;

export interface Options {
  readonly labels: number;
  readonly steps: number;
  readonly sourceSteps: number;
  readonly testExamples: number;
  readonly seeds: number;
  readonly report: string;
}

/** What the command line asks for, e.g. `npm start -- --labels 100 --steps 60`. */
export function options(): Options {
  const { values } = parseArgs({
    options: {
      labels: { type: 'string', default: '1000' },
      steps: { type: 'string', default: '600' },
      // One pass over MNIST's 60,000 training images in batches of 32.
      'source-steps': { type: 'string', default: '1875' },
      'test-examples': { type: 'string', default: '10000' },
      seeds: { type: 'string', default: '3' },
      report: { type: 'string', default: 'report.html' },
    },
  });
  return {
    labels: Number(values.labels),
    steps: Number(values.steps),
    sourceSteps: Number(values['source-steps']),
    testExamples: Number(values['test-examples']),
    seeds: Number(values.seeds),
    report: values.report,
  };
}
