import { GraftError, messageOf, throwIfCancelled, useBackend, type Backend, type OnProgress } from '@graft-ml/core';
import { compareRuns } from './compare-runs.js';
import { parityNets } from './nets/parity-net.js';
import { DEFAULT_TOLERANCE, type ParityReport, type ParityRow, type Tolerance } from './report.js';
import { trainNet, type TrainedNet } from './train-net.js';

export interface ParityOptions {
  /** What the others are compared with; `cpu()` as a rule. */
  readonly reference: Backend;
  readonly backends: readonly Backend[];
  /** Training steps. Default 5. */
  readonly steps?: number;
  readonly tolerance?: Tolerance;
  /** References from an earlier report's run elsewhere, by network; those are not trained again. */
  readonly known?: Readonly<Record<string, TrainedNet>>;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: OnProgress;
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
  const { reference, backends, steps = 5, tolerance = DEFAULT_TOLERANCE, signal } = options;
  if (!Number.isSafeInteger(steps) || steps < 1) {
    throw new GraftError({
      code: 'bad-input',
      what: `Parity was asked for ${steps} steps.`,
      expected: 'A whole number of at least 1 was expected.',
    });
  }
  const nets = parityNets();
  const engines: ParityReport['engines'][number][] = [];
  const missing: { backend: string; why: string }[] = [];
  const rows: ParityRow[] = [];
  const references = new Map<string, TrainedNet>(Object.entries(options.known ?? {}));
  const total = nets.length * (backends.length + 1);
  let done = 0;
  for (const backend of [reference, ...backends]) {
    try {
      const { details } = await useBackend(backend);
      engines.push({ backend: backend.name, details });
    } catch (thrown) {
      if (backend === reference) throw thrown;
      missing.push({ backend: backend.name, why: messageOf(thrown) });
      done += nets.length;
      continue;
    }
    for (const net of nets) {
      throwIfCancelled(signal, 'comparing engines');
      options.onProgress?.({ task: `${net.name} on ${backend.name}`, done: done++, total, unit: 'runs' });
      const started = performance.now();
      const seconds = (): number => (performance.now() - started) / 1000;
      const common = { backend: backend.name, net: net.name };
      try {
        const known = references.get(net.name);
        const trained = backend === reference && known !== undefined ? known : await trainNet(net, steps, signal);
        if (backend === reference) {
          references.set(net.name, trained);
          rows.push({ ...common, seconds: seconds(), passed: true });
          continue;
        }
        const difference = compareRuns(trained, known ?? trained);
        const passed =
          known !== undefined && difference.loss <= tolerance.loss && difference.weights <= tolerance.weights;
        rows.push({ ...common, seconds: seconds(), difference, passed });
      } catch (thrown) {
        throwIfCancelled(signal, 'comparing engines');
        if (backend === reference) throw thrown;
        rows.push({ ...common, seconds: seconds(), error: messageOf(thrown), passed: false });
      }
    }
  }
  options.onProgress?.({ task: 'compared', done: total, total, unit: 'runs' });
  return {
    steps,
    tolerance,
    reference: reference.name,
    engines,
    rows,
    missing,
    passed: rows.every((row) => row.passed),
  };
}
