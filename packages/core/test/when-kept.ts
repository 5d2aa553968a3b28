import { stat } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';

/**
 * Until a file has more than `bytes` bytes. A connection that is cut sooner may take with it what was sent: the operating system
 * throws away what the other side has not read.
 */
export async function whenKept(path: string, bytes = 0): Promise<void> {
  for (let tries = 0; tries < 2000; tries++) {
    const found = await stat(path).catch(() => undefined);
    if ((found?.size ?? 0) > bytes) return;
    await wait(5);
  }
  throw new Error(`Nothing was written to ${path}.`);
}
