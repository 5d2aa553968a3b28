import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { cpu } from '@graft-ml/backend-cpu';
import { useBackend } from '@graft-ml/core';
import type { TrainEvent } from '../../src/index.js';
import { jobClient, serveJobs, type JobClient } from '../../src/worker/index.js';
import { toyJobs } from './toy-jobs.js';

/** Both sides in one thread, over a channel that clones as the one to a worker does. */
describe('jobs over a message channel', () => {
  const open: JobClient<typeof toyJobs>[] = [];
  const connect = (): JobClient<typeof toyJobs> => {
    const { port1, port2 } = new MessageChannel();
    serveJobs(toyJobs, port1);
    const jobs = jobClient<typeof toyJobs>(port2);
    open.push(jobs);
    return jobs;
  };

  beforeAll(async () => {
    await useBackend(cpu());
  });
  afterEach(() => open.splice(0).forEach((jobs) => jobs.close()));

  it('hands every event on, in order, and gives what training here gives', async () => {
    const events: TrainEvent[] = [];
    const outcome = await connect().run('train', { steps: 20, seed: 1 }, { onEvent: (event) => events.push(event) });
    expect(events.map(({ type }) => type).at(0)).toBe('start');
    expect(events.flatMap((event) => (event.type === 'step' ? [event.step] : []))).toEqual(
      Array.from({ length: 20 }, (_, at) => at + 1),
    );
    expect(events.at(-1)?.type).toBe('end');
    const here = await toyJobs.train(
      { steps: 20, seed: 1 },
      {
        signal: new AbortController().signal,
        onEvent: () => undefined,
        onProgress: () => undefined,
        transfer: () => undefined,
      },
    );
    expect([...outcome.weights]).toEqual([...here.weights]);
  });

  it('runs one job at a time, in the order asked', async () => {
    const jobs = connect();
    const ended: string[] = [];
    await Promise.all([
      jobs.run('train', { steps: 30, seed: 1 }).then(() => ended.push('first')),
      jobs.run('train', { steps: 1, seed: 1 }).then(() => ended.push('second')),
    ]);
    expect(ended).toEqual(['first', 'second']);
  });

  it('cancels the job under way and the one that waits, and goes on serving', async () => {
    const jobs = connect();
    const canceller = new AbortController();
    const running = jobs.run(
      'train',
      { steps: 1_000_000, seed: 1 },
      { signal: canceller.signal, onEvent: () => canceller.abort() },
    );
    const waiting = jobs.run('train', { steps: 1_000_000, seed: 2 }, { signal: canceller.signal });
    await expect(running).rejects.toMatchObject({ code: 'cancelled' });
    await expect(waiting).rejects.toMatchObject({ code: 'cancelled', what: 'Cancelled while waiting to run "train".' });
    await expect(jobs.run('train', { steps: 1, seed: 1 }, { signal: canceller.signal })).rejects.toMatchObject({
      code: 'cancelled',
    });
    await expect(jobs.run('train', { steps: 2, seed: 1 })).resolves.toMatchObject({ steps: 2 });
  });

  it('throws what the job threw, with its code', async () => {
    const jobs = connect();
    await expect(jobs.run('refuse', 'No pictures.')).rejects.toMatchObject({
      name: 'GraftError',
      code: 'bad-input',
      message: 'No pictures. Something else. Do another thing.',
    });
    await expect(jobs.run('crash', 'out of range')).rejects.toMatchObject({
      code: 'internal',
      what: 'The job "crash" failed in its worker: out of range',
    });
    await expect(jobs.run('unsendable', undefined as never)).rejects.toMatchObject({ code: 'internal' });
  });

  it('refuses unknown jobs and inputs that cannot be sent', async () => {
    const { port1, port2 } = new MessageChannel();
    serveJobs(toyJobs, port1);
    const jobs = jobClient<Record<string, (input: unknown) => Promise<unknown>>>(port2);
    await expect(jobs.run('tarin', 1)).rejects.toMatchObject({ code: 'not-found' });
    await expect(jobs.run('toString', 1)).rejects.toMatchObject({ code: 'not-found' });
    await expect(jobs.run('train', () => 1)).rejects.toMatchObject({ code: 'bad-input' });
    jobs.close();
  });

  it('throws for what is under way when it is closed, and for what is asked afterwards', async () => {
    const jobs = connect();
    const running = jobs.run('train', { steps: 1_000_000, seed: 1 });
    jobs.close();
    await expect(running).rejects.toMatchObject({ code: 'cancelled' });
    await expect(jobs.run('train', { steps: 1, seed: 1 })).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('bundles news, so that the page is woken at most some twenty times a second', async () => {
    const { port1, port2 } = new MessageChannel();
    const posted = vi.spyOn(port1, 'postMessage');
    serveJobs(toyJobs, port1);
    const jobs = jobClient<typeof toyJobs>(port2);
    const started = performance.now();
    let events = 0;
    await jobs.run('train', { steps: 300, seed: 1 }, { onEvent: () => events++ });
    const messages = posted.mock.calls.length;
    jobs.close();
    expect(events).toBeGreaterThan(300);
    // The first news at once, then one bundle each 50 ms, the last news and the end.
    expect(messages).toBeLessThanOrEqual((performance.now() - started) / 50 + 3);
  });
});
