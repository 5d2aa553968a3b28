import type { Browser, Page } from 'playwright-core';

/** One task of a page's main thread: while it runs, the page neither draws nor answers. */
export interface Task {
  /** How long the main thread computed, in ms, however many other programs wanted the processors meanwhile. */
  readonly computed: number;
  /** How long it took by the clock, in ms. */
  readonly took: number;
}

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  /** Microseconds. */
  readonly dur?: number;
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

/** Do something while Chromium writes down every task of the page's main thread. */
export async function tasksDuring(browser: Browser, page: Page, work: () => Promise<void>): Promise<Task[]> {
  await browser.startTracing(page, { categories: ['toplevel', '__metadata'] });
  let trace: Buffer;
  try {
    await work();
  } finally {
    trace = await browser.stopTracing();
  }
  const { traceEvents }: { traceEvents: readonly TraceEvent[] } = JSON.parse(trace.toString('utf8'));
  const thread = ({ pid, tid }: TraceEvent): string => `${pid} ${tid}`;
  const pages = new Set(
    traceEvents
      .filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain')
      .map((event) => thread(event)),
  );
  return traceEvents
    .filter((event) => event.ph === 'X' && event.name.endsWith('RunTask') && pages.has(thread(event)))
    .map(({ dur = 0, tdur = 0 }) => ({ computed: tdur / 1000, took: dur / 1000 }));
}

/** Begin to measure the time between a page's animation frames. @returns reads the times so far, in ms, sorted */
export async function watchFrames(page: Page): Promise<() => Promise<number[]>> {
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
  });
  return async () => {
    const gaps: number[] = await page.evaluate(() => [...(Reflect.get(window, 'graftGaps') as number[])]);
    return gaps.sort((a, b) => a - b);
  };
}

/** @param share in 0 … 1; @param sorted from small to large */
export function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
