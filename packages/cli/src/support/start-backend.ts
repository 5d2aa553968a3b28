import { didYouMean, GraftError, useBackend, type ActiveBackend } from '@graft-ml/core';
import type { Session } from '../context.js';
import type { EngineOptions } from '../options/common.js';
import { knownBackends } from './known-backends.js';

/** What `auto` tries. Graphics cards are for those who ask: for small models they are slower, and wasm runs everywhere. */
const AUTOMATIC = ['wasm', 'cpu'];

/**
 * Start the engine that --backend names and say which one runs; with `auto`, say why each earlier choice does not.
 *
 * @throws GraftError `not-found` for an unknown name, `unavailable` when it does not start
 */
export async function startBackend(
  { backend: name, threads }: EngineOptions,
  { terminal }: Session,
): Promise<ActiveBackend> {
  const backends = knownBackends(threads ?? 1);
  const chosen = backends.get(name);
  if (chosen === undefined && name !== 'auto') {
    throw new GraftError({
      code: 'not-found',
      what: `There is no backend "${name}".`,
      remedy: didYouMean(name, [...backends.keys(), 'auto']),
    });
  }
  const active = await useBackend(chosen ?? AUTOMATIC.flatMap((each) => backends.get(each) ?? []));
  for (const { name: other, why } of active.refused) terminal.warn(`backend ${other} was not used: ${why}`);
  if (threads !== undefined && active.name !== 'wasm') terminal.warn(`backend ${active.name} has one thread.`);
  const details = Object.entries(active.details).map(([key, value]) => `${key} ${String(value)}`);
  terminal.note(`backend: ${active.name} (${details.join(', ')})`);
  return active;
}
