import { GraftError, messageOf, throwIfCancelled, useBackend, type Backend, type OnProgress } from '@graft-ml/core';
import { compareRuns } from './compare-runs.js';
import { parityNets, type ParityNet } from './nets/parity-net.js';
import { DEFAULT_TOLERANCE, type ParityReport, type ParityRow, type Tolerance } from './report.js';
import { trainNet, type TrainedNet } from './train-net.js';

export interface ParityOptions {
  /** What the others are compared with; `cpu()` as a rule. */
  readonly reference: Backend;
  readonly backends: readonly Backend[];
  /** Training steps. Default 5. */
  readonly steps?: number;
  readonly tolerance?: Tolerance;
  /** What `referenceRuns` gave, here or elsewhere, for as many steps: the reference is then not trained again. */
  readonly references?: Readonly<Record<string, TrainedNet>>;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: OnProgress | undefined;
}

/**
 * Train the same small networks from the same seeds on a reference engine and on others, and say how far apart they end:
 * is this graphics driver lying? An engine that does not start is listed as missing; a training that fails is a row that
 * did not pass.
 *
 * The last engine that ran stays selected. Hold no tensors while this runs.
 *
 * @throws GraftError `bad-input` for no steps, `cancelled`, and what starting the reference throws
 *
 * @example
 * ```ts
 * import { cpu } from '@graft-ml/backend-cpu';
 * import { wasm } from '@graft-ml/backend-wasm';
 * import { runParity } from '@graft-ml/parity';
 * const report = await runParity({ reference: cpu(), backends: [wasm()], steps: 1 });
 * console.log(report.passed, report.rows);
 * ```
 */
export async function runParity(options: ParityOptions): Promise<ParityReport> {
  const { reference, backends, steps = 5, tolerance = DEFAULT_TOLERANCE, signal, onProgress } = options;
  const references = options.references ?? (await referenceRuns(reference, steps, { signal, onProgress }));
  const nets = parityNets();
  const engines: ParityReport['engines'][number][] = [];
  const missing: { backend: string; why: string }[] = [];
  const rows: ParityRow[] = [];
  const total = nets.length * backends.length;
  for (const [at, backend] of backends.entries()) {
    try {
      const { details } = await useBackend(backend);
      engines.push({ backend: backend.name, details });
    } catch (thrown) {
      missing.push({ backend: backend.name, why: messageOf(thrown) });
      continue;
    }
    for (const [which, net] of nets.entries()) {
      throwIfCancelled(signal, 'comparing engines');
      onProgress?.({ task: `${net.name} on ${backend.name}`, done: at * nets.length + which, total, unit: 'runs' });
      rows.push({ backend: backend.name, ...(await compared(net, steps, references[net.name], tolerance, signal)) });
    }
  }
  onProgress?.({ task: 'compared', done: total, total, unit: 'runs' });
  const passed = rows.every((row) => row.passed);
  return { steps, tolerance, reference: reference.name, engines, rows, missing, passed };
}

/**
 * What every network becomes on the reference engine, by its name: most of the work, as cpu is slow.
 *
 * @throws as `runParity`
 */
export async function referenceRuns(
  reference: Backend,
  steps: number,
  { signal, onProgress }: Pick<ParityOptions, 'signal' | 'onProgress'> = {},
): Promise<Record<string, TrainedNet>> {
  if (!Number.isSafeInteger(steps) || steps < 1) {
    throw new GraftError({
      code: 'bad-input',
      what: `Parity was asked for ${steps} steps.`,
      expected: 'A whole number of at least 1 was expected.',
    });
  }
  await useBackend(reference);
  const nets = parityNets();
  const runs: Record<string, TrainedNet> = {};
  for (const [done, net] of nets.entries()) {
    throwIfCancelled(signal, 'comparing engines');
    onProgress?.({ task: `${net.name} on ${reference.name}`, done, total: nets.length, unit: 'runs' });
    runs[net.name] = await trainNet(net, steps, signal);
  }
  return runs;
}

async function compared(
  net: ParityNet,
  steps: number,
  reference: TrainedNet | undefined,
  tolerance: Tolerance,
  signal: AbortSignal | undefined,
): Promise<Omit<ParityRow, 'backend'>> {
  const started = performance.now();
  const seconds = (): number => (performance.now() - started) / 1000;
  try {
    const trained = await trainNet(net, steps, signal);
    if (reference === undefined) {
      return { net: net.name, seconds: seconds(), error: 'There is no reference for it.', passed: false };
    }
    const difference = compareRuns(trained, reference);
    const passed = difference.loss <= tolerance.loss && difference.weights <= tolerance.weights;
    return { net: net.name, seconds: seconds(), difference, passed };
  } catch (thrown) {
    throwIfCancelled(signal, 'comparing engines');
    return { net: net.name, seconds: seconds(), error: messageOf(thrown), passed: false };
  }
}
