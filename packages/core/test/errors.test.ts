import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { didYouMean, GraftError, messageOf, nearNames, throwIfCancelled, yieldToEventLoop } from '../src/index.js';

describe('GraftError', () => {
  it('says what happened, what was expected and what to do, in that order', () => {
    const cause = new Error('deep');
    const error = new GraftError({ code: 'corrupt', what: 'A.', expected: 'B.', remedy: 'C.', cause });
    expect(error.message).toBe('A. B. C.');
    expect(error).toMatchObject({
      name: 'GraftError',
      code: 'corrupt',
      what: 'A.',
      expected: 'B.',
      remedy: 'C.',
      cause,
    });
    expect(error).toBeInstanceOf(Error);
  });

  it('leaves out what is not given', () => {
    const error = new GraftError({ code: 'internal', what: 'A.', remedy: 'C.' });
    expect(error.message).toBe('A. C.');
    expect(error.expected).toBeUndefined();
    expect('cause' in error).toBe(false);
  });

  it('messageOf reads anything that was thrown', () => {
    expect([messageOf(new Error('x')), messageOf('y'), messageOf(undefined)]).toEqual(['x', 'y', 'undefined']);
  });
});

describe('nearNames', () => {
  it.each([
    ['fasion-mnist', ['fashion-mnist', 'cifar'], ['fashion-mnist']],
    ['CONV1', ['conv1', 'conv2', 'pool1'], ['conv1', 'conv2']],
    ['dense', ['dense1', 'conv1'], ['dense1']],
    ['quite-other', ['a', 'b'], []],
    ['', ['a', 'b'], []],
  ])('of %j among %j are %j', (name, candidates, wanted) => {
    expect(nearNames(name, candidates)).toEqual(wanted);
  });

  it('finds a name with one letter changed, and gives no more than asked for', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'd'), minLength: 4, maxLength: 12 });
    fc.assert(
      fc.property(
        letters,
        fc.nat(11),
        fc.array(letters, { maxLength: 5 }),
        fc.integer({ min: 1, max: 4 }),
        (name, at, others, most) => {
          const index = at % name.length;
          const typo = `${name.slice(0, index)}x${name.slice(index + 1)}`;
          expect(nearNames(typo, [name])).toEqual([name]);
          expect(nearNames(typo, [name, ...others], most).length).toBeLessThanOrEqual(most);
        },
      ),
    );
  });
});

describe('didYouMean', () => {
  it('suggests near names, else lists what there is, else says that there is nothing', () => {
    expect(didYouMean('wsam', ['wasm', 'cpu'])).toBe('Did you mean "wasm"?');
    expect(didYouMean('quantum', ['wasm', 'cpu'])).toBe('There are "wasm", "cpu".');
    expect(didYouMean('x', [])).toBe('There are none to choose from.');
    const many = Array.from({ length: 20 }, (_, index) => `name-${index}`);
    expect(didYouMean('quantum', many)).toMatch(/and 8 more\.$/);
  });
});

describe('throwIfCancelled', () => {
  it('throws once the signal has fired, with its reason', () => {
    const controller = new AbortController();
    throwIfCancelled(undefined, 'testing');
    throwIfCancelled(controller.signal, 'testing');
    controller.abort('enough');
    expect(() => throwIfCancelled(controller.signal, 'testing')).toThrow(
      expect.objectContaining({ code: 'cancelled', message: 'Cancelled while testing.', cause: 'enough' }),
    );
  });

  it('yieldToEventLoop gives timers their turn', async () => {
    let ran = false;
    setTimeout(() => {
      ran = true;
    }, 0);
    // A timeout of 0 is due after 1 ms.
    const due = performance.now() + 2;
    while (performance.now() < due);
    // The first turn may start after this round's timers, the second cannot.
    await yieldToEventLoop();
    await yieldToEventLoop();
    expect(ran).toBe(true);
  });
});
