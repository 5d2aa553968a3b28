import { Writable } from 'node:stream';
import { GraftError } from '@graft-ml/core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { describeError } from '../src/terminal/describe-error.js';
import { formatAmount, formatDuration } from '../src/terminal/format.js';
import { createPlainLines } from '../src/terminal/plain-lines.js';

describe('describeError', () => {
  it('puts what happened, what was expected and the remedy on lines of their own', () => {
    const error = new GraftError({ code: 'storage', what: 'It is full.', expected: 'Room was.', remedy: 'Make some.' });
    expect(describeError(error)).toEqual({ lines: ['error: It is full.', 'Room was.', 'Make some.'], exitCode: 1 });
  });

  it.each([
    ['bad-input', 2],
    ['not-found', 2],
    ['cancelled', 130],
    ['corrupt', 1],
    ['unavailable', 1],
    ['diverged', 1],
    ['internal', 1],
  ] as const)('%s ends with %i', (code, exitCode) => {
    expect(describeError(new GraftError({ code, what: 'So.' })).exitCode).toBe(exitCode);
  });

  it('says so when an error was not expected', () => {
    expect(describeError(new TypeError('x is undefined'))).toMatchObject({
      exitCode: 1,
      lines: ['error: x is undefined', expect.stringContaining('GRAFT_DEBUG=1')],
    });
  });
});

describe('progress in plain lines', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['performance'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  const lines: string[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(chunk.toString());
      done();
    },
  });
  const at = (view: ReturnType<typeof createPlainLines>, ms: number, done: number): void => {
    vi.advanceTimersByTime(ms);
    view.update({ task: 'training', done, total: 100, unit: 'steps' }, 'loss 0.5');
  };

  it('says nothing of what is over within a second', () => {
    lines.length = 0;
    const view = createPlainLines(stream);
    at(view, 0, 0);
    at(view, 900, 100);
    view.end();
    expect(lines).toEqual([]);
  });

  it('says a line after a second, then every five, then the end once', () => {
    lines.length = 0;
    const view = createPlainLines(stream);
    at(view, 0, 0);
    at(view, 1000, 10);
    at(view, 1000, 20);
    at(view, 4000, 60);
    at(view, 1000, 100);
    at(view, 10, 100);
    view.end();
    expect(lines).toEqual([
      'training: 10/100 steps ETA 9 s loss 0.5\n',
      'training: 60/100 steps ETA 4 s loss 0.5\n',
      'training: 100/100 steps loss 0.5\n',
    ]);
  });
});

describe('numbers for people', () => {
  it('durations', () => {
    expect([400, 59_400, 125_000, 4_200_000].map(formatDuration)).toEqual(['0 s', '59 s', '2 min 05 s', '1 h 10 min']);
  });

  it('amounts', () => {
    expect(formatAmount({ task: '', done: 1_200_000, total: 9_912_422, unit: 'bytes' })).toBe('1.2/9.9 MB');
    expect(formatAmount({ task: '', done: 2.4, total: 9, unit: 'runs' })).toBe('2/9 runs');
    expect(formatAmount({ task: '', done: 7, unit: 'examples' })).toBe('7 examples');
  });
});
