import { afterEach, describe, expect, it, vi } from 'vitest';
import { Breather, yieldToEventLoop } from '../src/index.js';

afterEach(() => {
  vi.unstubAllGlobals();
});

/** How many turns pass before a timer of 5 ms fires: never, if the turns starve it. */
async function turnsUntilTimer(turn: () => Promise<void>): Promise<number> {
  let fired = false;
  setTimeout(() => {
    fired = true;
  }, 5);
  let turns = 0;
  for (; !fired && turns < 1_000_000; turns++) await turn();
  return turns;
}

describe('a turn of the event loop', () => {
  it('lets timers fire, in Node and where there is no setImmediate', async () => {
    expect(await turnsUntilTimer(yieldToEventLoop)).toBeLessThan(1_000_000);
    vi.stubGlobal('setImmediate', undefined);
    expect(await turnsUntilTimer(yieldToEventLoop)).toBeLessThan(1_000_000);
  });

  it('is given by a breather however short the work between is', async () => {
    const breather = new Breather();
    expect(await turnsUntilTimer(() => breather.breathe())).toBeLessThan(1_000_000);
  });
});
