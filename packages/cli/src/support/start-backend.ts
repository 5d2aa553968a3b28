import { didYouMean, GraftError, useBackend, type ActiveBackend, type Backend } from '@graft-ml/core';
import type { Session } from '../context.js';

/** Each backend's package is imported when it is started, so that one that is missing harms nobody else. */
const BACKENDS: ReadonlyMap<string, Backend> = new Map(
  [
    { name: 'wasm', start: async () => (await import('@graft-ml/backend-wasm')).wasm().start() },
    { name: 'cpu', start: async () => (await import('@graft-ml/backend-cpu')).cpu().start() },
  ].map((backend) => [backend.name, backend]),
);

/**
 * Start the engine that --backend names and say which one runs; with `auto`, say why each earlier choice does not.
 *
 * @throws GraftError `not-found` for an unknown name, `unavailable` when it does not start
 */
export async function startBackend(name: string, { terminal }: Session): Promise<ActiveBackend> {
  const chosen = BACKENDS.get(name);
  if (chosen === undefined && name !== 'auto') {
    throw new GraftError({
      code: 'not-found',
      what: `There is no backend "${name}".`,
      remedy: didYouMean(name, [...BACKENDS.keys(), 'auto']),
    });
  }
  const active = await useBackend(chosen ?? [...BACKENDS.values()]);
  for (const { name: other, why } of active.refused) terminal.warn(`backend ${other} was not used: ${why}`);
  const details = Object.entries(active.details).map(([key, value]) => `${key} ${String(value)}`);
  terminal.note(`backend: ${active.name} (${details.join(', ')})`);
  return active;
}
