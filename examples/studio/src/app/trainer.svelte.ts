import { GraftError, messageOf, type Progress } from '@graft-ml/core';
import type { TrainEvent } from '@graft-ml/train';
import { jobClient, type JobClient } from '@graft-ml/train/worker';
import type { EngineName } from '../engine/engines.js';
import type { TrainSummary } from '../engine/train-job.js';
import type { StudioJobs } from '../engine/worker.js';
import type { Choices } from './choices.svelte.js';
import { CurveRecorder, type Curves } from './curves.js';
import { explained, notHere } from './explained.js';
import type { Library } from './library.svelte.js';
import type { Picture } from './picture-class.svelte.js';

export type Phase = 'idle' | 'running' | 'cancelling' | 'done' | 'cancelled' | 'failed';

/** A trained model's test, with the pictures that it was tested on. */
export interface Result {
  readonly summary: TrainSummary;
  /** In the order in which they were sent: what `summary.heldOut` numbers. */
  readonly pictures: readonly Picture[];
}

/** `?software`: graphics that the processor emulates will do. For tests; it is slower than WASM. */
const SOFTWARE = new URLSearchParams(location.search).has('software');

interface EngineWorker {
  readonly engine: EngineName;
  readonly jobs: JobClient<StudioJobs>;
  /** Fulfilled when its engine runs. */
  readonly ready: Promise<void>;
}

/** How often the page is redrawn while it trains, in ms. */
const REDRAW_MS = 120;

/** Trains in a worker, and tells how it goes. */
export class Trainer {
  phase: Phase = $state('idle');
  /** What is being done, for people. */
  doing: string = $state('');
  /** 0 … 1. */
  done: number = $state(0);
  secondsLeft: number | undefined = $state();
  curves: Curves | undefined = $state.raw();
  result: Result | undefined = $state.raw();
  error: string = $state('');
  /** What went otherwise than asked, but did not stop the work. */
  notice: string = $state('');
  /** What the engine says of itself. */
  engine: string = $state('');
  readonly busy: boolean = $derived(this.phase === 'running' || this.phase === 'cancelling');
  #canceller: AbortController | undefined;
  /** The worker that trains next. */
  #next: EngineWorker | undefined;
  /** The worker that holds the model of the result. */
  #serving: EngineWorker | undefined;

  /** Start the engine and fetch the backbone beforehand. What fails here fails again, and is told, when it is needed. */
  async prepare(engine: EngineName, backbone: string): Promise<void> {
    try {
      await this.#workerOf(engine).jobs.run('prepare', backbone, {
        onProgress: (progress) => this.#onNotice(progress),
      });
    } catch {
      // Told by the training that needs it.
    }
  }

  async train(library: Library, choices: Choices): Promise<void> {
    const problem = library.problem ?? choices.problem;
    if (problem !== undefined || this.busy) return;
    const pictures = library.classes.flatMap((each) => each.pictures);
    const recorder = new CurveRecorder();
    const canceller = new AbortController();
    this.#canceller = canceller;
    this.phase = 'running';
    this.doing = 'Starting the engine';
    this.done = 0;
    this.secondsLeft = undefined;
    this.error = '';
    this.curves = undefined;
    const clock = new Clock();
    try {
      const worker = this.#workerOf(choices.engine);
      await worker.ready;
      const summary = await worker.jobs.run(
        'train',
        {
          backbone: choices.backbone,
          recipe: choices.recipe,
          labels: library.classes.map(({ name }) => name.trim()),
          files: library.classes.flatMap(({ pictures: members }, label) =>
            members.map(({ file }) => ({ file, name: file.name, label })),
          ),
          epochs: choices.epochs,
          batchSize: choices.batchSize,
          learningRate: choices.learningRate,
          heldOut: choices.heldOut / 100,
          seed: choices.seed,
        },
        {
          signal: canceller.signal,
          onEvent: (event) => {
            recorder.add(event);
            // Steps may take less than a millisecond: the page is redrawn for some of them only.
            if (event.type === 'step' && !clock.isDue()) return;
            this.#onEvent(event, clock);
            this.curves = recorder.curves();
          },
          onProgress: (progress) => this.#onProgress(progress),
        },
      );
      if (this.#serving !== undefined && this.#serving !== worker) this.#serving.jobs.close();
      this.#serving = worker;
      this.result = { summary, pictures };
      this.phase = 'done';
      this.doing = '';
    } catch (thrown) {
      const cancelled = thrown instanceof GraftError && thrown.code === 'cancelled';
      this.phase = cancelled ? 'cancelled' : 'failed';
      this.error = cancelled ? '' : messageOf(explained(thrown));
      // A worker without an engine trains nobody's model. That of the last result stays, unless its engine was lost.
      if (thrown instanceof GraftError && thrown.code === 'engine-lost') this.#dropLost();
      if (thrown instanceof GraftError && thrown.code === 'unavailable') this.#dropNext();
    }
  }

  cancel(): void {
    if (this.phase !== 'running') return;
    this.phase = 'cancelling';
    this.#canceller?.abort();
  }

  /** Probabilities, in the order of the result's labels. */
  async classify(file: Blob, name: string): Promise<number[]> {
    return (await this.#trained()).run('classify', { file, name }).catch(refuse);
  }

  /** The model as one file. */
  async bundle(): Promise<Uint8Array> {
    return (await this.#trained()).run('bundle', undefined).catch(refuse);
  }

  #trained(): Promise<JobClient<StudioJobs>> {
    return this.#serving === undefined
      ? Promise.reject(
          new GraftError({ code: 'bad-input', what: 'There is no trained model any more.', remedy: 'Train again.' }),
        )
      : Promise.resolve(this.#serving.jobs);
  }

  /** The worker of an engine. Another engine means another worker: one has one engine, and one engine's memory. */
  #workerOf(engine: EngineName): EngineWorker {
    if (this.#next?.engine === engine) return this.#next;
    this.#dropNext();
    this.#next = this.#serving?.engine === engine ? this.#serving : this.#startWorker(engine);
    return this.#next;
  }

  #startWorker(engine: EngineName): EngineWorker {
    const jobs = jobClient<StudioJobs>(new Worker(new URL('../engine/worker.ts', import.meta.url), { type: 'module' }));
    const started = jobs.run('start', { name: engine, software: SOFTWARE });
    const ready = started.then(
      ({ engine: name, details }) => void (this.engine = describeEngine(name, details)),
      notHere,
    );
    // Whoever trains awaits it, and tells.
    ready.catch(() => undefined);
    return { engine, jobs, ready };
  }

  #dropNext(): void {
    if (this.#next !== this.#serving) this.#next?.jobs.close();
    this.#next = undefined;
  }

  /** Nothing of a lost engine can be used again: neither what it trains nor what it has trained. */
  #dropLost(): void {
    if (this.#next === this.#serving) this.#serving = undefined;
    this.#next?.jobs.close();
    this.#next = undefined;
  }

  #onEvent(event: TrainEvent, clock: Clock): void {
    if (event.type === 'start') {
      clock.start(event.steps);
      this.doing = 'Training';
      this.done = 0;
    } else if (event.type === 'step') {
      this.doing = `Training, step ${event.step} of ${clock.steps}`;
      this.done = event.step / clock.steps;
      this.secondsLeft = clock.secondsLeft(event.step);
    } else if (event.type === 'end') {
      this.doing = 'Testing on the pictures held back';
      this.done = 1;
      this.secondsLeft = undefined;
    }
  }

  #onProgress(progress: Progress): void {
    if (this.#onNotice(progress)) return;
    this.doing = sentence(progress.task);
    this.done = progress.total === undefined || progress.total === 0 ? 0 : progress.done / progress.total;
    this.secondsLeft = progress.secondsLeft;
  }

  /** Progress without an end is a notice of the worker's. */
  #onNotice(progress: Progress): boolean {
    if (progress.total !== undefined) return false;
    this.notice = progress.task;
    return true;
  }
}

/** Knows how long steps take, and when the page is to be redrawn. */
class Clock {
  steps = 1;
  #started = 0;
  #drawn = 0;

  start(steps: number): void {
    this.steps = steps;
    this.#started = performance.now();
  }

  isDue(): boolean {
    const now = performance.now();
    if (now - this.#drawn < REDRAW_MS) return false;
    this.#drawn = now;
    return true;
  }

  secondsLeft(step: number): number {
    return ((performance.now() - this.#started) / 1000 / Math.max(1, step)) * (this.steps - step);
  }
}

function refuse(thrown: unknown): never {
  throw explained(thrown);
}

function describeEngine(engine: string, details: Readonly<Record<string, unknown>>): string {
  const threads = details['threads'];
  return `${engine}${typeof threads === 'number' && threads > 1 ? `, ${threads} threads` : ''}`;
}

function sentence(task: string): string {
  return task.charAt(0).toUpperCase() + task.slice(1);
}
