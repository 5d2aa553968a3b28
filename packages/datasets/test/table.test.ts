import { readFileSync } from 'node:fs';
import { cpu } from '@graft-ml/backend-cpu';
import { useBackend } from '@graft-ml/core';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { disposeBatch } from '../src/index.js';
import { fitTableForm, parseTable, readTableForm, tableDataset, tableInputs, tableWidth } from '../src/table/index.js';

beforeAll(() => useBackend(cpu()));

const fixture: { rows: string[][]; train: number[]; expected: number[][] } = JSON.parse(
  readFileSync(new URL('fixtures/table.json', import.meta.url), 'utf8'),
);

describe('parseTable', () => {
  it('gives back what was written, whatever the cells hold and the delimiter is', () => {
    const cell = fc.string().filter((text) => text.trim() === text && text !== '');
    fc.assert(
      fc.property(
        fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 8 }),
        fc.constantFrom(',', ';', '\t'),
        (rows, delimiter) => {
          const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;
          const text = [['a', 'b'], ...rows.map((row) => row.map(quoted))]
            .map((row) => row.join(delimiter))
            .join('\r\n');
          expect(parseTable(text, 'test')).toEqual({ columns: ['a', 'b'], rows });
        },
      ),
    );
  });

  it.each([
    ['a,b\n1\n', /cannot be read as CSV/],
    ['a,b\n"1,2\n', /cannot be read as CSV/],
    ['a,a\n1,2\n', /two columns "a"/],
    ['a,\n1,2\n', /column without a name/],
    ['a,b\n', /no rows/],
    ['', /no rows/],
  ])('refuses %j', (text, message) => {
    expect(() => parseTable(text, 'test.csv')).toThrow(message);
  });
});

describe('a table as a dataset', () => {
  const table = {
    columns: ['rooms', 'place', 'age', 'price'],
    rows: fixture.rows.map((row, at) => [...row, String(100 * at * at)]),
  };

  it('is what scikit-learn makes of it, by the training rows alone', async () => {
    const form = fitTableForm(table, { target: 'price', rows: fixture.train });
    const data = tableDataset(table, form, 'homes');
    expect([tableWidth(form), data.size]).toEqual([5, 6]);
    const batch = await data.batch([0, 1, 2, 3, 4, 5]);
    const found = await batch.inputs[0]?.data();
    for (const [at, value] of fixture.expected.flat().entries()) expect(found?.[at]).toBeCloseTo(value, 5);
    // 0, 100, 400, 900: mean 350, sd 350.
    const targets = await batch.targets.data();
    for (const [at, value] of [-1, -0.714286, 0.142857, 1.571429].entries()) expect(targets[at]).toBeCloseTo(value, 5);
    disposeBatch(batch);
  });

  it('takes a target of words for classes, and leaves columns out', () => {
    const form = fitTableForm(table, { target: 'place', without: ['price'] });
    const data = tableDataset(table, form, 'homes', [4, 1]);
    expect(data.target).toEqual({ kind: 'classes', labels: ['coast', 'inland', 'island'] });
    expect(data.classes).toEqual(Int32Array.of(2, 0));
    expect(data.inputShapes).toEqual([[3]]);
  });

  it('refuses what it cannot use, naming row and column', () => {
    const bad = { ...table, rows: table.rows.map((row, at) => (at === 5 ? ['many', ...row.slice(1)] : row)) };
    const form = fitTableForm(bad, { target: 'price', rows: fixture.train });
    expect(() => tableDataset(bad, form, 'homes')).toThrow(/Row 5 holds "many" in the column "rooms"/);
    expect(() => fitTableForm(table, { target: 'prise' })).toThrow(/no column "prise"/);
    expect(() => fitTableForm(table, { target: 'rooms' })).toThrow(/missing in training row 1/);
    const words = fitTableForm(table, { target: 'place', rows: fixture.train });
    expect(() => tableDataset(table, words, 'homes')).toThrow(/Row 4 holds "island" in the target/);
  });

  it('needs no target to be told of', () => {
    const form = fitTableForm(table, { target: 'price', rows: fixture.train });
    const asked = { columns: table.columns.slice(0, 3), rows: table.rows.map((row) => row.slice(0, 3)) };
    const found = tableInputs(asked, form, [2, 5]);
    for (const [at, value] of [fixture.expected[2], fixture.expected[5]].flat().entries()) {
      expect(found[at]).toBeCloseTo(value ?? Number.NaN, 5);
    }
    expect(() => tableInputs({ ...asked, columns: ['rooms', 'where', 'age'] }, form)).toThrow(/no column "place"/);
  });

  it('keeps its form in JSON, and refuses one that was damaged', () => {
    for (const target of ['price', 'place']) {
      const form = fitTableForm(table, { target });
      expect(readTableForm(JSON.parse(JSON.stringify(form)), 'graft.json')).toEqual(form);
    }
    const text = JSON.stringify(fitTableForm(table, { target: 'price' }));
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.constantFrom('', '0', '"', '{', '[', 'null', '-'), (at, instead) => {
        let json: unknown;
        try {
          json = JSON.parse(text.slice(0, at) + instead + text.slice(at + 1));
        } catch {
          return;
        }
        try {
          expect(tableWidth(readTableForm(json, 'graft.json'))).toBeGreaterThan(0);
        } catch (thrown) {
          expect(thrown).toMatchObject({ code: 'corrupt' });
        }
      }),
      { numRuns: 1000 },
    );
    for (const bad of [undefined, null, [], 'form', { columns: [] }]) {
      expect(() => readTableForm(bad, 'graft.json')).toThrow(/how a table becomes numbers/);
    }
  });
});
