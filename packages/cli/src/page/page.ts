/*
 * What `graft parity --browser` and `graft doctor --browser` run in a browser: bundled by scripts/bundle-page.mjs. It
 * fetches its request from the program that opened it, and posts its answer.
 */
import { cpu } from '@graft-ml/backend-cpu';
import { webgl } from '@graft-ml/backend-webgl';
import { webgpu } from '@graft-ml/backend-webgpu';
import { messageOf, useBackend, type Backend } from '@graft-ml/core';
import { runParity } from '@graft-ml/parity';
import type { PageEngine, PageMessage, PageRequest } from './requests.js';

const BACKENDS: readonly Backend[] = [
  { name: 'webgl', start: () => webgl({ software: true }).start() },
  { name: 'webgpu', start: () => webgpu({ software: true }).start() },
];

try {
  const request: PageRequest = await (await fetch('/request')).json();
  await post(request.kind === 'parity' ? await parity(request) : await engines());
} catch (thrown) {
  await post({ kind: 'failed', message: messageOf(thrown) });
}

async function parity(request: PageRequest & { readonly kind: 'parity' }): Promise<PageMessage> {
  const report = await runParity({
    reference: cpu(),
    references: request.references,
    backends: BACKENDS.filter(({ name }) => request.backends.includes(name)),
    steps: request.steps,
    tolerance: request.tolerance,
    onProgress: ({ task, done, total = 0 }) => void post({ kind: 'progress', task, done, total }),
  });
  return { kind: 'parity', report };
}

async function engines(): Promise<PageMessage> {
  const found: PageEngine[] = [];
  for (const backend of BACKENDS) {
    try {
      found.push({ name: backend.name, details: (await useBackend(backend)).details });
    } catch (thrown) {
      found.push({ name: backend.name, why: messageOf(thrown) });
    }
  }
  return { kind: 'engines', engines: found, isolated: globalThis.crossOriginIsolated, browser: navigator.userAgent };
}

async function post(message: PageMessage): Promise<void> {
  await fetch('/message', { method: 'POST', body: JSON.stringify(message) });
}
