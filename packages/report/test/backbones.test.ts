import { describe, expect, it } from 'vitest';
import type { ExperimentRecord, ResultRow } from '@graft-ml/core';
import { comparisonMarkdown, comparisonTable, renderReport } from '../src/index.js';

function row(recipe: string, backbone: string, values: readonly number[], more: Partial<ResultRow> = {}): ResultRow {
  const mean = values.reduce((sum, each) => sum + each, 0) / values.length;
  return {
    recipe,
    backbone,
    labels: 100,
    seeds: values.map((_, seed) => seed),
    testAccuracy: { mean, sd: 0.01, values },
    trainSeconds: 2,
    trainableParameters: 1290,
    negativeTransfer: false,
    ...more,
  };
}

const gain = { mean: 0.1, low: 0.05, high: 0.15, bootstrap: { low: 0.06, high: 0.14 } };
const record: ExperimentRecord = {
  format: 'graft-experiment',
  formatVersion: 1,
  source: { name: 'small, large', testAccuracy: null },
  backbones: [
    { name: 'small', testAccuracy: 0.99, fingerprint: 'aa11' },
    { name: 'large', testAccuracy: null, fingerprint: 'bb22' },
  ],
  target: {
    name: 'letters',
    fingerprint: 'cc33',
    testFingerprint: 'dd44',
    trainExamples: 500,
    testExamples: 50,
    labels: ['a', 'b'],
  },
  rows: [
    row('scratch', 'small', [0.6, 0.62, 0.61]),
    row('frozen', 'small', [0.7, 0.72, 0.71], {
      gain,
      peakBytes: 3.2e6,
      epochsToTarget: { mean: 4.5, reached: 2, of: 3 },
    }),
    row('scratch', 'large', [0.8, 0.81, 0.82]),
    row('frozen', 'large', [0.75, 0.74], {
      negativeTransfer: true,
      likelyCause: 'likely too few labels',
      settings: { learningRate: 0.003 },
    }),
  ],
  runs: [],
  missingRuns: 1,
  targetAccuracy: 0.7,
  environment: {
    graft: '0.1.0',
    tfjs: '4.22.0',
    backend: 'cpu',
    backendDetails: {},
    runtime: 'Node.js',
    platform: 'linux',
    startedAt: '2025-01-01T00:00:00Z',
    seconds: 2,
  },
};

describe('a comparison of several backbones, not all finished', () => {
  it('says everything in the terminal, within 100 columns', () => {
    const table = comparisonTable(record);
    expect(table.split('\n').every((line) => line.length <= 100)).toBe(true);
    expect(table).toContain('mean ± sd over 2 to 3 seeds');
    expect(table).toMatch(/frozen · large +▼ 74\.5 ± 1\.0 \(n=2\)/);
    // Against the baseline of its own backbone.
    expect(table).toContain('▼ frozen · large with 100 labels reached 74.5%, 6.5 points below scratch (81.0%)');
    expect(table).toContain('likely too few labels');
    expect(table).toMatch(/frozen · small +\+10\.0 \(\+5\.0 \+15\.0\) \[\+6\.0 \+14\.0\] +3 +4\.5 \(2 of 3\)/);
    expect(table).toContain('rate 0.003');
    expect(table).toContain('1 planned runs are not finished');
    expect(comparisonMarkdown(record)).toContain('(n=2)');
  });

  it('says it in the report too', () => {
    const page = renderReport(record);
    const texts = [
      'frozen · large',
      'only 2 seeds',
      '1 planned run is not finished',
      'small: 99.0% on its own test set',
    ];
    for (const text of [...texts, 'aa11', 'bb22', 'cc33', 'dd44', '4.5 (2 of 3)', '+6.0 to +14.0', 'rate 0.003'])
      expect(page).toContain(text);
    expect(page).toContain('Epochs: until 70.0 %');
    expect(page).toContain('2 backbones, 1 label count, 2 to 3 seeds');
  });
});
