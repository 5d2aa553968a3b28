import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GraftError, throwIfCancelled } from '@graft-ml/core';
import type { PageMessage, PageRequest } from '../page/requests.js';
import { servePage } from './page-server.js';

export interface AskOptions {
  /** The browser's program. */
  readonly browser: string;
  /** Graphics by SwiftShader. */
  readonly software: boolean;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: PageMessage & { readonly kind: 'progress' }) => void;
}

const SOFTWARE = ['--use-angle=swiftshader', '--enable-unsafe-swiftshader', '--use-webgpu-adapter=swiftshader'];
/** Shaders of a step compile for a minute on a slow machine. */
const MOST_SILENCE_MS = 240_000;

/**
 * Open a page in a headless browser, with a profile of its own, and wait for what it answers.
 *
 * @throws GraftError `unavailable` when the browser does not start, ends early or falls silent; `cancelled`
 */
export async function askPage(request: PageRequest, options: AskOptions): Promise<PageMessage> {
  throwIfCancelled(options.signal, 'opening a browser');
  const script = await readFile(new URL('../../assets/page.js', import.meta.url));
  const profile = await mkdtemp(join(tmpdir(), 'graft-browser-'));
  let child: ChildProcess | undefined;
  let close = (): void => undefined;
  try {
    return await new Promise<PageMessage>((resolve, reject) => {
      let complaints = '';
      let silence = setTimeout(() => undefined, 0);
      const listen = (): void => {
        clearTimeout(silence);
        silence = setTimeout(() => {
          reject(lost(`The page said nothing for ${MOST_SILENCE_MS / 1000} s.`, complaints));
        }, MOST_SILENCE_MS);
      };
      const onMessage = (message: PageMessage): void => {
        listen();
        if (message.kind === 'progress') options.onProgress(message);
        else if (message.kind === 'failed') reject(lost('The page failed.', message.message));
        else resolve(message);
      };
      const stop = (): void => {
        reject(new GraftError({ code: 'cancelled', what: 'Cancelled while waiting for the browser.' }));
      };
      const ended = (): void => {
        reject(lost(`The browser ${options.browser} ended without an answer.`, complaints));
      };
      options.signal.addEventListener('abort', stop);
      const start = async (): Promise<void> => {
        const server = await servePage(script, request, onMessage);
        child = spawn(options.browser, [...flags(profile, options.software), server.url], {
          stdio: ['ignore', 'ignore', 'pipe'],
        });
        child.stderr?.on('data', (chunk: Buffer) => {
          complaints = `${complaints}${chunk.toString()}`.slice(-1000);
        });
        child.once('error', ended).once('close', ended);
        close = (): void => {
          clearTimeout(silence);
          options.signal.removeEventListener('abort', stop);
          server.close();
        };
        listen();
      };
      start().catch(reject);
    });
  } finally {
    close();
    await endOf(child);
    await rm(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }
}

async function endOf(child: ChildProcess | undefined): Promise<void> {
  if (child === undefined || child.exitCode !== null || child.pid === undefined) return;
  await new Promise<void>((resolve) => {
    child.once('close', () => {
      resolve();
    });
    child.kill();
  });
}

function flags(profile: string, software: boolean): string[] {
  return [
    '--headless=new',
    `--user-data-dir=${profile}`,
    '--no-first-run',
    '--no-default-browser-check',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    // Linux has WebGPU only on request.
    '--enable-unsafe-webgpu',
    ...(process.platform === 'linux' && !software ? ['--enable-features=Vulkan'] : []),
    ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    ...(software ? SOFTWARE : []),
  ];
}

function lost(what: string, detail: string): GraftError {
  return new GraftError({
    code: 'unavailable',
    what,
    ...(detail.trim() === '' ? {} : { expected: `It said: ${detail.trim()}` }),
    remedy: 'Try another browser by CHROMIUM_PATH, or leave --browser out.',
  });
}
