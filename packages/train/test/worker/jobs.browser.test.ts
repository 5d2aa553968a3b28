import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { jobClient, type JobClient } from '../../src/worker/index.js';
import type { ToyWorkerJobs } from './toy-worker.js';

describe('training in a Web Worker', () => {
  let jobs: JobClient<ToyWorkerJobs>;

  beforeEach(() => {
    jobs = jobClient<ToyWorkerJobs>(new Worker(new URL('./toy-worker.ts', import.meta.url), { type: 'module' }));
  });
  afterEach(() => jobs.close());

  it('trains on WASM, tells of every step and sends the weights', async () => {
    await expect(jobs.run('start', undefined as never)).resolves.toBe('wasm');
    const losses: number[] = [];
    const { weights } = await jobs.run(
      'train',
      { steps: 60, seed: 1 },
      { onEvent: (event) => event.type === 'step' && losses.push(event.loss) },
    );
    expect(losses).toHaveLength(60);
    expect(losses.at(-1)).toBeLessThan(0.5 * (losses[0] ?? 0));
    expect(weights).toHaveLength(4);
  });

  it('cancels, and trains again', async () => {
    await jobs.run('start', undefined as never);
    const canceller = new AbortController();
    const running = jobs.run(
      'train',
      { steps: 1_000_000, seed: 1 },
      { signal: canceller.signal, onEvent: (event) => event.type === 'step' && canceller.abort() },
    );
    await expect(running).rejects.toMatchObject({ code: 'cancelled' });
    await expect(jobs.run('train', { steps: 3, seed: 1 })).resolves.toMatchObject({ steps: 3 });
  });

  it('says when the script of the worker cannot be loaded', async () => {
    const broken = jobClient<ToyWorkerJobs>(new Worker('/there-is-no-such-worker.js', { type: 'module' }));
    await expect(broken.run('start', undefined as never)).rejects.toMatchObject({ code: 'unavailable' });
    broken.close();
  });
});
