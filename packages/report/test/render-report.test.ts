import { createHash } from 'node:crypto';
import { GraftError, type ExperimentRecord } from '@graft-ml/core';
import { parse, type HTMLElement } from 'node-html-parser';
import { beforeAll, describe, expect, it } from 'vitest';
import { renderReport } from '../src/index.js';
import { sampleRecord } from './fixtures/sample-record.js';

const OPTIONS = { blockTextElements: { script: true, style: true, pre: true } };

let record: ExperimentRecord;
let page: string;
let root: HTMLElement;

beforeAll(() => {
  record = sampleRecord();
  page = renderReport(record);
  root = parse(page, OPTIONS);
});

const text = (selector: string): string[] => root.querySelectorAll(selector).map((each) => each.text.trim());

describe('a self-contained file', () => {
  it('refers to nothing outside itself', () => {
    for (const element of root.querySelectorAll('[src], [href], [srcset], [data], [action]')) {
      for (const name of ['src', 'href', 'srcset', 'data', 'action']) {
        const value = element.getAttribute(name);
        if (value !== undefined) expect(value).toMatch(/^data:/);
      }
    }
    const style = text('style').join('');
    expect(style.length).toBeGreaterThan(5000);
    expect(style).not.toMatch(/url\(|@import|@font-face/);
    expect(root.querySelectorAll('link[rel=stylesheet], iframe, object, embed, base')).toHaveLength(0);
    expect(text('script').join('')).not.toMatch(/\bfetch\(|XMLHttpRequest|import\(|WebSocket|sendBeacon/);
  });

  it('forbids loading by its policy, and allows exactly its own script', () => {
    const policy = root.querySelector('meta[http-equiv="Content-Security-Policy"]')?.getAttribute('content') ?? '';
    expect(policy).toContain("default-src 'none'");
    const scripts = root.querySelectorAll('script').filter((each) => each.getAttribute('type') === undefined);
    expect(scripts).toHaveLength(1);
    const hash = createHash('sha256')
      .update(scripts[0]?.rawText ?? '')
      .digest('base64');
    expect(policy).toContain(`script-src 'sha256-${hash}'`);
  });

  it('is light and dark, responsive and printable', () => {
    const style = text('style').join('');
    expect(style).toMatch(/@media screen and \(prefers-color-scheme: ?dark\)/);
    expect(style).toMatch(/@media ?\(max-width: ?600px\)/);
    expect(style).toContain('@media print');
    expect(root.querySelector('meta[name=viewport]')).not.toBeNull();
    expect(root.querySelector('html')?.getAttribute('lang')).toBe('en');
  });

  it('carries uPlot with its licence', () => {
    expect(page).toContain('Copyright (c) 2022 Leon Sorokin');
  });

  it('stays small apart from its data', () => {
    const data = JSON.stringify(record).length;
    expect(page.length - data).toBeLessThan(160_000);
  });
});

describe('what it says', () => {
  it('gives every recipe and cell of the table, marked in words', () => {
    expect(text('.comparison tbody th')).toEqual(['scratch', 'frozen', 'fine-tune', 'seed-layer2']);
    const cells = root.querySelectorAll('.comparison tbody td');
    expect(cells).toHaveLength(4 * 4);
    for (const row of record.rows) {
      const { mean, sd } = row.testAccuracy;
      const shown = `${(100 * mean).toFixed(1)} ± ${(100 * sd).toFixed(1)}`;
      expect(
        cells.some(
          (cell) => cell.text.includes(shown) && cell.text.includes('negative transfer') === row.negativeTransfer,
        ),
      ).toBe(true);
    }
    expect(text('.comparison .is-best')).toHaveLength(3);
    expect(text('.negatives li')).toHaveLength(3);
    expect(text('.negatives li')[0]).toContain('frozen with 100 labels reached');
  });

  it('states the verdict and the negative transfer at the top', () => {
    const verdict = text('.verdict')[0] ?? '';
    expect(verdict).toContain('Transfer helped, but not with every recipe');
    expect(verdict).toContain(
      'Negative transfer: with 100 labels, 1,000 labels and all 60,000 labels, frozen did worse',
    );
  });

  it('offers every label count, quantity, recipe and seed', () => {
    const values = (selector: string): (string | undefined)[] =>
      root.querySelectorAll(selector).map((each) => each.getAttribute('value'));
    expect(values('input[name=curve-labels]')).toEqual(['100', '1000', '60000']);
    expect(values('input[name=curve-metric]')).toHaveLength(4);
    expect(values('#run-recipe option')).toEqual(['scratch', 'frozen', 'fine-tune', 'seed-layer2']);
    expect(values('#run-seed option')).toEqual(['1', '2', '3']);
    expect(root.querySelector('#run-recipe option[selected]')?.getAttribute('value')).toBe('seed-layer2');
  });

  it('draws the confusion matrix with its counts', () => {
    const run = record.runs.find((each) => each.recipe === 'seed-layer2' && each.labels === 60_000);
    const cells = text('.confusion tbody td').map((cell) => Number(cell.replace(',', '')));
    expect(cells).toEqual(run?.confusion.flat());
    expect(text('.confusion tbody th')).toEqual(record.target.labels);
  });

  it('shows the worst mistakes as pictures, most confident first', () => {
    const pictures = root.querySelectorAll('.mistakes img');
    expect(pictures).toHaveLength(10);
    for (const picture of pictures) {
      expect(picture.getAttribute('src')).toMatch(/^data:image\/png;base64,iVBORw0KGgo/);
      expect(picture.getAttribute('alt')).toMatch(/^Test example \d+, true class .+/);
    }
  });

  it('records environment, seeds, hash and every run', () => {
    const all = text('main').join(' ');
    for (const expected of [
      '0.1.0',
      '4.22.0',
      'relaxedSimd: true',
      'v22.11.0',
      'linux x64',
      '2025-03-04 09:15 UTC',
      '1, 2, 3',
    ]) {
      expect(all).toContain(expected);
    }
    expect(all).toContain(record.target.fingerprint);
    expect(all).toContain('All 36 runs');
    expect(JSON.parse(root.querySelector('#record')?.rawText ?? '')).toEqual(record);
  });
});

describe('accessibility', () => {
  it('gives every table a caption and every header a scope', () => {
    expect(root.querySelectorAll('table').length).toBeGreaterThanOrEqual(5);
    for (const table of root.querySelectorAll('table')) {
      expect(table.querySelector('caption')?.text.trim()).not.toBe('');
      for (const header of table.querySelectorAll('th')) expect(header.getAttribute('scope')).toMatch(/^(row|col)$/);
    }
  });

  it('gives every chart a text and every control a label', () => {
    for (const chart of root.querySelectorAll('.chart')) {
      expect(chart.getAttribute('role')).toBe('img');
      expect(chart.getAttribute('aria-label')).toBeTruthy();
    }
    expect(root.querySelector('#label-chart')?.getAttribute('aria-label')).toContain('frozen: 60.6 ± ');
    for (const list of root.querySelectorAll('select')) {
      expect(root.querySelector(`label[for=${list.getAttribute('id')}]`)?.text).toBeTruthy();
    }
    for (const fields of root.querySelectorAll('fieldset')) expect(fields.querySelector('legend')?.text).toBeTruthy();
    for (const scrolled of root.querySelectorAll('.scroll')) expect(scrolled.getAttribute('tabindex')).toBe('0');
  });

  it('orders its headings', () => {
    expect(root.querySelectorAll('h1')).toHaveLength(1);
    expect(text('h2')).toHaveLength(6);
  });
});

describe('hostile records', () => {
  const evil = '</script><script>alert(1)</script><img src=x onerror=alert(2)>"\'`&lt;<!--';

  it('escapes every text, wherever it stands', () => {
    const [first] = record.runs;
    if (!first) throw new Error('The sample has runs.');
    const hostile: ExperimentRecord = {
      ...record,
      source: { name: evil, testAccuracy: null },
      target: {
        ...record.target,
        name: evil,
        fingerprint: evil,
        labels: record.target.labels.map((name) => evil + name),
      },
      rows: record.rows.map((row) => ({ ...row, recipe: evil + row.recipe })),
      runs: record.runs.map((run) => ({
        ...run,
        recipe: evil + run.recipe,
        mistakes: [
          ...run.mistakes.map((mistake) => ({ ...mistake, truth: evil, predicted: evil })),
          {
            index: 1,
            truth: evil,
            predicted: evil,
            confidence: 1,
            image: { width: 1, height: 1, channels: 1 as const, base64: evil },
          },
        ],
      })),
      environment: {
        ...record.environment,
        graft: evil,
        tfjs: evil,
        backend: evil,
        backendDetails: { [evil]: evil },
        runtime: evil,
        platform: evil,
        startedAt: evil,
      },
    };
    const written = renderReport(hostile);
    expect(written.match(/<script[\s>]/g)).toHaveLength(2);
    expect(written.match(/<\/script>/g)).toHaveLength(2);
    expect(written).not.toContain('<!--');
    const tree = parse(written, OPTIONS);
    expect(tree.querySelectorAll('[onerror]')).toHaveLength(0);
    for (const image of tree.querySelectorAll('img'))
      expect(image.getAttribute('src')).toMatch(/^data:image\/png;base64,[\w+/=]+$/);
    expect(tree.querySelector('h1')?.text).toContain('alert(1)');
    expect(JSON.parse(tree.querySelector('#record')?.rawText ?? '')).toEqual(hostile);
    expect(tree.querySelector('.no-picture')).not.toBeNull();
  });

  it.each([
    ['another format', { format: 'something-else' }],
    ['a later version', { formatVersion: 2 }],
    ['no rows', { rows: [] }],
  ])('refuses %s', (_, change) => {
    const wrong = { ...record, ...change } as ExperimentRecord;
    expect(() => renderReport(wrong)).toThrow(GraftError);
  });
});

describe('sparse records', () => {
  it('needs neither runs nor a source accuracy', () => {
    const bare = parse(renderReport({ ...record, runs: [], source: { name: 's', testAccuracy: null } }), OPTIONS);
    expect(bare.querySelectorAll('.comparison tbody tr')).toHaveLength(4);
    expect(bare.querySelector('#run')).toBeNull();
    expect(bare.querySelector('#curve-chart')).toBeNull();
  });

  it('draws recipes side by side when there is one label count, and holes as dashes', () => {
    const one = sampleRecord(2, [1000]);
    expect(parse(renderReport(one), OPTIONS).querySelector('#label-chart-title')?.text).toBe('Accuracy by recipe');
    const holed = parse(renderReport({ ...record, rows: record.rows.slice(0, -1) }), OPTIONS);
    expect(holed.querySelectorAll('.comparison .missing')).toHaveLength(1);
  });

  it('leaves a matrix of a hundred classes to its pairs and scores', () => {
    const labels = Array.from({ length: 100 }, (_, index) => `c${index}`);
    const confusion = labels.map((_, truth) => labels.map((_each, predicted) => (truth === predicted ? 9 : 0)));
    const many = parse(
      renderReport({
        ...record,
        target: { ...record.target, labels },
        runs: record.runs.map((run) => ({ ...run, confusion })),
      }),
      OPTIONS,
    );
    expect(many.querySelector('table.confusion')).toBeNull();
    expect(many.querySelector('.confusion-view')?.text).toContain('100 classes are too many to draw');
    expect(many.querySelectorAll('.confusion-side tbody tr')).toHaveLength(100);
  });

  it('of a single run says how good it is and how sure that is, and compares nothing', () => {
    const [run] = record.runs;
    const [row] = record.rows;
    if (run === undefined || row === undefined) throw new Error('The sample has runs.');
    const alone = { ...run, testAccuracy: 0.9 };
    const target = { ...record.target, testExamples: 100 };
    const page = renderReport({ ...record, target, runs: [alone], rows: [row] });
    // Wilson's interval of 90 of 100.
    expect(page).toContain('90.0% of the test examples are told right');
    expect(page).toContain('between 82.6% and 94.5%');
    expect(page).not.toContain('id="comparison"');
    expect(page).not.toContain('id="label-chart"');
    expect(page).toContain('id="curve-chart"');
    expect(renderReport({ ...record, missingRuns: 2, runs: [alone], rows: [row] })).toContain('id="comparison"');
  });
});
