import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { visits } from './sizes.mjs';

/**
 * Writes `offline.js`, the service worker: it keeps the files of the built page, so that the page works without a
 * connection after the first visit; engines that are not the usual one are kept when they are first chosen. Requests to
 * other places pass it by.
 *
 * @returns {import('vite').Plugin}
 */
export function offline() {
  /** @type {import('vite').ResolvedConfig} */
  let config;
  return {
    name: 'offline',
    apply: 'build',
    configResolved(resolved) {
      config = resolved;
    },
    closeBundle() {
      const folder = join(config.root, config.build.outDir);
      const first = visits(folder).get('wasm') ?? new Set();
      const files = readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
        .filter((name) => name !== 'offline.js' && (!name.endsWith('.js') || first.has(basename(name))))
        .sort();
      const hash = createHash('sha256');
      for (const name of files) hash.update(name).update(readFileSync(join(folder, name)));
      const version = hash.digest('hex').slice(0, 12);
      writeFileSync(join(folder, 'offline.js'), serviceWorker(version, files));
    },
  };
}

/**
 * @param {string} version of all files together
 * @param {readonly string[]} files
 */
function serviceWorker(version, files) {
  return `const CACHE = 'graft-studio-${version}';
const FILES = ${JSON.stringify(['./', ...files])};

self.addEventListener('install', (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(FILES)).then(() => self.skipWaiting()));
});

self.addEventListener('activate', (event) => {
  const old = (name) => name.startsWith('graft-studio-') && name !== CACHE;
  event.waitUntil(
    caches.keys().then((names) => Promise.all(names.filter(old).map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  );
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  if (request.method !== 'GET' || new URL(request.url).origin !== self.location.origin) return;
  event.respondWith(keptOrFetched(request));
});

async function keptOrFetched(request) {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(request, { ignoreSearch: true, ignoreVary: true });
  if (kept !== undefined) return kept;
  const response = await fetch(request);
  // What the storage has no room for is fetched again the next time.
  if (response.ok) await cache.put(request, response.clone()).catch(() => undefined);
  return response;
}
`;
}
