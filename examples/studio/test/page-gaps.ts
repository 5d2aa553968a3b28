import type { Page } from 'playwright-core';

/** Begin to measure how long the page is kept from drawing: the time between its animation frames, in ms. */
export async function startMeasuring(page: Page): Promise<void> {
  await page.evaluate(() => {
    const gaps: number[] = [];
    let last = performance.now();
    const frame = (): void => {
      const now = performance.now();
      gaps.push(now - last);
      last = now;
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
    Object.assign(window, { graftGaps: gaps });
    const tasks: number[] = [];
    // Long tasks are those of 50 ms or more.
    new PerformanceObserver((list) => tasks.push(...list.getEntries().map(({ duration }) => duration))).observe({
      type: 'longtask',
    });
    Object.assign(window, { graftTasks: tasks });
  });
}

export interface Measured {
  /** Between frames, in ms, from small to large. */
  readonly gaps: readonly number[];
  /** Tasks of at least 50 ms. */
  readonly longTasks: readonly number[];
}

export async function measured(page: Page): Promise<Measured> {
  const read = (name: string): Promise<number[]> =>
    page.evaluate((each) => [...(Reflect.get(window, each) as number[])], name);
  const gaps = await read('graftGaps');
  return { gaps: gaps.sort((a, b) => a - b), longTasks: await read('graftTasks') };
}

/** @param share in 0 … 1; @param sorted from small to large */
export function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
