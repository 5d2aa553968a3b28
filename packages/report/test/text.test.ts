import fc from 'fast-check';
import { parse } from 'node-html-parser';
import { describe, expect, it } from 'vitest';
import { jsonForScript, markup, trusted } from '../src/text/html.js';
import { count, duration, percent, percentWithSpread, points, seconds, significant } from '../src/text/numbers.js';
import { columnsOf, shortened, wrapped } from '../src/text/plain.js';

const anything = fc.string({ unit: 'binary', maxLength: 60 });
const nasty = fc
  .array(fc.constantFrom('<', '>', '&', '"', "'", '`', '</script>', '<!--', '-->', 'x', '&lt;', ']]>'))
  .map((parts) => parts.join(''));

describe('markup', () => {
  it('keeps any value inside its text or attribute', () => {
    fc.assert(
      fc.property(fc.oneof(anything, nasty), (value) => {
        const text = markup`<p title="${value}">${value}</p>`.text;
        expect(text.match(/</g)).toHaveLength(2);
        const inner = text.slice(text.indexOf('">') + 2, -'</p>'.length);
        expect(inner).not.toMatch(/[<>"'`]/);
        const decoded = inner.replace(/&(amp|lt|gt|quot|#39|#96);/g, (entity) => parse(entity).text || entity);
        expect(decoded).toBe(value);
      }),
      { seed: 1, numRuns: 200 },
    );
  });

  it('takes markup, lists of it and numbers as they are', () => {
    const items = ['a', '<b>'].map((each) => markup`<li>${each}</li>`);
    expect(markup`<ul>${items}</ul>${trusted('<hr>')}${7}${undefined}`.text).toBe(
      '<ul><li>a</li><li>&lt;b&gt;</li></ul><hr>7',
    );
  });
});

it('JSON for a script element parses to the same value and holds no <', () => {
  fc.assert(
    fc.property(fc.record({ a: nasty, b: fc.array(anything), c: fc.constant('\u2028\u2029') }), (value) => {
      const text = jsonForScript(value);
      expect(text).not.toMatch(/[<\u2028\u2029]/);
      expect(JSON.parse(text)).toEqual(value);
    }),
    { seed: 2, numRuns: 100 },
  );
});

describe('numbers', () => {
  it.each([
    [count(0), '0'],
    [count(999), '999'],
    [count(1234567), '1,234,567'],
    [count(-1234), '−1,234'],
    [count(Number.NaN), '–'],
    [percent(0.68812), '68.8'],
    [percent(1), '100.0'],
    [percentWithSpread({ mean: 0.688, sd: 0.013, values: [1, 2] }), '68.8 ± 1.3'],
    [percentWithSpread({ mean: 0.688, sd: 0, values: [1] }), '68.8'],
    [percentWithSpread({ mean: 0.688, sd: Number.NaN, values: [1, 2] }), '68.8'],
    [points(0.011), '+1.1'],
    [points(-0.082), '−8.2'],
    [points(-0.0001), '±0.0'],
    [points(Number.NaN), '–'],
    [seconds(0.456), '0.46'],
    [seconds(12.34), '12.3'],
    [seconds(1234.5), '1,235'],
    [duration(8.25), '8.3 s'],
    [duration(340), '5 min 40 s'],
    [duration(7500), '2 h 5 min'],
    [significant(0.19824), '0.1982'],
    [significant(2.302585), '2.303'],
    [significant(0.0000123), '1.23e-5'],
    [significant(Number.POSITIVE_INFINITY), '–'],
  ])('%s is %s', (actual, expected) => {
    expect(actual).toBe(expected);
  });
});

describe('terminal text', () => {
  it('counts columns, shortens and wraps', () => {
    expect(columnsOf('abc±')).toBe(4);
    expect(columnsOf('漢字')).toBe(4);
    expect(columnsOf('e\u0301')).toBe(1);
    expect(shortened('fine-tune', 6)).toBe('fine-…');
    expect(wrapped('one two three', 8, '  ')).toEqual(['one two', '  three']);
  });
});
