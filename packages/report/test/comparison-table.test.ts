import type { ResultRow } from '@graft-ml/core';
import { GraftError } from '@graft-ml/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { comparisonMarkdown, comparisonTable } from '../src/index.js';
import { columnsOf } from '../src/text/plain.js';
import { sampleRecord } from './fixtures/sample-record.js';

function row(recipe: string, labels: number, values: number[], more: Partial<ResultRow> = {}): ResultRow {
  const mean = values.reduce((all, each) => all + each, 0) / values.length;
  const sd = Math.sqrt(values.reduce((all, each) => all + (each - mean) ** 2, 0) / Math.max(1, values.length - 1));
  return {
    recipe,
    labels,
    seeds: values.map((_, index) => index + 1),
    testAccuracy: { mean, sd, values },
    trainSeconds: 12.34,
    trainableParameters: 225_034,
    negativeTransfer: false,
    ...more,
  };
}

const rows = [
  row('scratch', 100, [0.67, 0.69]),
  row('frozen', 100, [0.6, 0.61], { negativeTransfer: true, trainSeconds: 0.456, trainableParameters: 1290 }),
  row('fine-tune', 100, [0.75, 0.76]),
];

describe('comparisonTable', () => {
  it('aligns recipes, accuracies, seconds and parameters', () => {
    expect(comparisonTable(rows)).toBe(
      [
        'Test accuracy in %, mean ± sd over 2 seeds',
        '',
        'recipe       100 labels  seconds  trainable',
        '─────────  ────────────  ───────  ─────────',
        'scratch      68.0 ± 1.4     12.3    225,034',
        'frozen     ▼ 60.5 ± 0.7     0.46      1,290',
        'fine-tune  ★ 75.5 ± 0.7     12.3    225,034',
        '',
        '▼ frozen with 100 labels reached 60.5%, 7.5 points below scratch (68.0%): negative transfer.',
        '★ Clearly best: above every other recipe by the 95 % interval of their difference over seeds.',
      ].join('\n'),
    );
  });

  it('says what was transferred, and calls all labels all', () => {
    const table = comparisonTable(sampleRecord());
    expect(table).toContain('seed-cnn/mnist → fashion-mnist');
    expect(table).toContain('source model: 99.1%');
    expect(table).toContain('all 60,000 labels');
    expect(table.match(/▼ frozen with/g)).toHaveLength(3);
  });

  it('marks no best value when the spreads touch, or are unknown', () => {
    expect(comparisonTable([row('scratch', 10, [0.68, 0.7]), row('frozen', 10, [0.71, 0.69])])).not.toContain('★');
    const single = comparisonTable([row('scratch', 10, [0.6]), row('frozen', 10, [0.9])]);
    expect(single).not.toContain('★');
    expect(single).not.toContain('±');
    expect(single).toContain('from 1 seed');
  });

  it('shows a dash where a recipe was not run', () => {
    const lines = comparisonTable([...rows, row('fine-tune', 1000, [0.8, 0.81])]).split('\n');
    expect(lines.find((line) => line.startsWith('scratch'))).toMatch(/68\.0 ± 1\.4 +– +12\.3 \/ – +225,034 \/ –/);
  });

  it('never exceeds 100 columns and shows every cell once, whatever the names and label counts', () => {
    const grids = fc.record({
      recipes: fc.uniqueArray(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 }), {
        minLength: 1,
        maxLength: 5,
      }),
      labels: fc.uniqueArray(fc.integer({ min: 1, max: 10_000_000 }), { minLength: 1, maxLength: 9 }),
    });
    fc.assert(
      fc.property(grids, ({ recipes, labels }) => {
        const all = labels.flatMap((each) =>
          recipes.map((recipe) => row(recipe, each, [0.5, 0.52, 0.6], { negativeTransfer: recipe !== recipes[0] })),
        );
        const table = comparisonTable(all);
        expect(Math.max(...table.split('\n').map(columnsOf))).toBeLessThanOrEqual(100);
        expect(table.match(/54\.0 ± 5\.3/g)).toHaveLength(all.length);
      }),
      { seed: 1, numRuns: 60 },
    );
  });

  it('lets no control character through to the terminal', () => {
    const hostile = '\u001b[2Jevil\u202e\r\n';
    const record = sampleRecord();
    const table = comparisonTable({
      ...record,
      source: { ...record.source, name: hostile },
      rows: [row('scratch', 5, [0.9, 0.91]), row(hostile, 5, [0.1, 0.11], { negativeTransfer: true })],
    });
    for (const character of ['\u001b', '\u202e', '\r']) expect(table).not.toContain(character);
    expect(table).toContain('evil');
  });

  it.each([
    ['no rows', []],
    ['the same cell twice', [row('scratch', 5, [1]), row('scratch', 5, [1])]],
  ])('refuses %s', (_, bad) => {
    expect(() => comparisonTable(bad)).toThrow(GraftError);
  });
});

describe('comparisonMarkdown', () => {
  it('writes the same table for GitHub', () => {
    expect(comparisonMarkdown(rows)).toBe(
      [
        'Test accuracy in %, mean ± sd over 2 seeds.',
        '',
        '| recipe | 100 labels | seconds | trainable parameters |',
        '| --- | ---: | ---: | ---: |',
        '| scratch | 68.0 ± 1.4 | 12.3 | 225,034 |',
        '| frozen | ▼ 60.5 ± 0.7 | 0.46 | 1,290 |',
        '| fine-tune | **75.5 ± 0.7** | 12.3 | 225,034 |',
        '',
        '- ▼ frozen with 100 labels reached 60.5%, 7.5 points below scratch (68.0%): negative transfer.',
      ].join('\n'),
    );
  });

  it('escapes what Markdown and HTML would read as markup', () => {
    const text = comparisonMarkdown([row('a|b<script>*x*\n| c |', 5, [0.9])]);
    expect(text.split('\n')).toHaveLength(5);
    expect(text).toContain('a\\|b&lt;script&gt;\\*x\\*');
  });
});
