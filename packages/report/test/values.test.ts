import { parse } from 'node-html-parser';
import { describe, expect, it } from 'vitest';
import { valuesCard, valuesReport, type ToldValue, type ValuesFacts } from '../src/index.js';

const EVIL = '<img src=x onerror=alert(1)>"\'|*';

const facts: ValuesFacts = {
  name: `ages ${EVIL}`,
  value: `age ${EVIL}`,
  source: { name: 'mobilenet', licence: 'Apache-2.0' },
  run: {
    recipe: 'frozen',
    data: { name: EVIL, fingerprint: 'f00d', trainExamples: 80, testExamples: 3, labels: ['age'] },
    labels: 80,
    seed: 0,
    steps: 600,
    trainSeconds: 3,
    trainableParameters: 257,
    totalParameters: 218_801,
    remarks: [`1 file was left out: ${EVIL}.`],
  },
  scores: { r2: 0.8125, meanAbsoluteError: 4.2, rootMeanSquaredError: 5.9 },
  inputShape: [224, 224, 3],
  range: [-1, 1],
  environment: {
    graft: '0.0.0',
    tfjs: '4.22.0',
    backend: 'wasm',
    backendDetails: {},
    runtime: 'Node',
    platform: 'linux',
    startedAt: '2026-01-01T00:00:00Z',
    seconds: 9,
  },
};
const told: ToldValue[] = [
  { name: EVIL, truth: 10, told: 30 },
  { name: 'b.jpg', truth: 20, told: 21 },
  { name: 'c.jpg', truth: 40, told: Number.NaN },
];

describe('the report of a model that tells a value', () => {
  it('draws every example, lists the worst, and escapes all names', () => {
    const page = parse(valuesReport({ ...facts, told, worst: told.slice(0, 1) }));
    expect(page.querySelectorAll('circle')).toHaveLength(2);
    // 10 to 30 on an axis from 10 to 30: left edge, top.
    expect(page.querySelector('circle')?.getAttribute('cx')).toBe('56.0');
    expect(page.querySelector('circle')?.getAttribute('cy')).toBe('56.0');
    expect(page.querySelectorAll('tbody tr')).toHaveLength(1);
    expect(page.querySelectorAll('img, script')).toHaveLength(0);
    expect(page.querySelector('h1')?.text).toBe(`ages ${EVIL}`);
    expect(page.querySelector('main')?.text).toContain('0.8125');
  });

  it('draws at most 2,000 points, and nothing when there is nothing', () => {
    const many = Array.from({ length: 5000 }, (_, at) => ({ name: `${at}`, truth: at, told: at + 1 }));
    expect(parse(valuesReport({ ...facts, told: many, worst: [] })).querySelectorAll('circle').length).toBe(1667);
    expect(valuesReport({ ...facts, told: [], worst: [] })).toContain('nothing to draw');
    const same = [{ name: 'a', truth: 1, told: 1 }];
    expect(valuesReport({ ...facts, told: same, worst: [] })).not.toMatch(/NaN|Infinity/);
  });
});

describe('the card of a model that tells a value', () => {
  it('says what it tells, how well, in which unit, and escapes all names', () => {
    const card = valuesCard(facts);
    expect(card).toContain('R² **0.8125**; mean absolute error 4.200');
    expect(card).toContain('257 of 218,801 parameters trained');
    expect(card).not.toContain('<img');
    expect(card).toContain('1 file was left out');
  });
});
