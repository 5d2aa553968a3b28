import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import * as tf from '@tensorflow/tfjs-core';
import { expect, test, vi } from 'vitest';
import { GraftError, useBackend } from '@graft-ml/core';
import { loadKernelModule } from '../src/device/kernel-module.js';
import { wasm } from '../src/index.js';
import { spawnThread } from '../src/threads/spawn-thread.js';
import { ThreadPool } from '../src/threads/thread-pool.js';
import { whyNotShared } from '../src/threads/why-not-shared.js';

const run = promisify(execFile);
const packageFolder = fileURLToPath(new URL('..', import.meta.url));

/** Run a program that imports the built package; gives what it printed. Fails when it does not end by itself. */
async function program(source: string, flags: readonly string[] = []): Promise<string> {
  const prelude = `import * as tf from '@tensorflow/tfjs-core'; import { useBackend } from '@graft-ml/core';
    import { wasm } from './dist/index.js';`;
  const { stdout } = await run(process.execPath, [...flags, '--input-type=module', '--eval', prelude + source], {
    cwd: packageFolder,
    timeout: 30_000,
  });
  return stdout.trim();
}

const PRODUCT = `const x = tf.fill([512, 512], 0.5);
  console.log((await tf.max(tf.matMul(x, x)).data())[0]);`;

test('a program with nothing left to do ends by itself', async () => {
  expect(await program(`console.log((await useBackend(wasm({ threads: 3 }))).details.threads); ${PRODUCT}`)).toBe(
    '3\n128',
  );
});

test('a program that throws or exits ends too', async () => {
  await expect(
    program(`await useBackend(wasm({ threads: 2 })); ${PRODUCT} throw new Error('on purpose');`),
  ).rejects.toThrow(/on purpose/);
  expect(await program(`await useBackend(wasm({ threads: 2 })); ${PRODUCT} process.exit(0);`)).toBe('128');
});

const isLinux = process.platform === 'linux';

test.skipIf(!isLinux)(
  `threads end with the engine${isLinux ? '' : ' (skipped: only Linux lists threads)'}`,
  async () => {
    const printed = await program(`const { readdirSync } = await import('node:fs');
    const { setTimeout: wait } = await import('node:timers/promises');
    const tasks = () => readdirSync('/proc/self/task').length;
    await useBackend(wasm({ threads: 4 }));
    const running = tasks();
    tf.removeBackend('wasm');
    for (let left = 100; left > 0 && tasks() >= running; left--) await wait(20);
    await wait(100);
    console.log(running - tasks() >= 3 ? 'ended' : running + ' and ' + tasks());`);
    expect(printed).toBe('ended');
  },
);

test('two runtimes in one program compute side by side', async () => {
  const memories = [1, 2].map(() => new WebAssembly.Memory({ initial: 16, maximum: 16, shared: true }));
  const pools = await Promise.all(
    memories.map(async (memory) => ThreadPool.start({ threads: 2, memory, ...(await loadKernelModule(memory)) })),
  );
  for (const [at, pool] of pools.entries()) {
    const floats = new Float32Array(memories[at]?.buffer ?? new ArrayBuffer(0));
    for (let each = 0; each < 4096; each++) floats[each] = each - 2000 * at;
    const work = { kernel: 'step', numbers: [0, 0.5, 4096 * 4], count: 4096, align: 4, nanoseconds: 0 } as const;
    pool.run(work, { ranges: 16, length: 256 }, [], 0, 0);
    const steps = floats.subarray(4096, 8192);
    expect(steps.every((step, each) => step === (each > 2000 * at ? 1 : 0.5))).toBe(true);
  }
  await Promise.all(pools.map((pool) => pool.close()));
});

test('threads that cannot all be started are ended, and the reason given', async () => {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
  const ended = vi.fn<() => void>();
  const spawn = async (data: object): Promise<{ terminate: () => Promise<void> }> => {
    if (Reflect.get(data, 'slot') === 2) throw new GraftError({ code: 'unavailable', what: 'No more threads.' });
    const thread = await spawnThread(data);
    return { terminate: () => thread.terminate().then(ended) };
  };
  const starting = ThreadPool.start({ threads: 4, memory, ...(await loadKernelModule(memory)), spawn });
  await expect(starting).rejects.toThrow(/No more threads/);
  expect(ended).toHaveBeenCalledTimes(2);
});

test('an engine that already runs without shared memory says so once, and goes on', async () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
  await useBackend(wasm());
  const active = await useBackend(wasm({ threads: 2 }));
  await useBackend(wasm({ threads: 2 }));
  expect(active.details).toMatchObject({ threads: 1 });
  expect(warn.mock.calls.flat().join('\n')).toMatch(/one thread: the wasm engine already runs/);
  expect(warn).toHaveBeenCalledTimes(1);
  warn.mockRestore();
  expect([...(await tf.matMul(tf.ones([2, 2]), tf.ones([2, 2])).data())]).toEqual([2, 2, 2, 2]);
});

test('reasons name the remedy', async () => {
  expect(await whyNotShared(undefined)).toMatch(/assets\/ of @graft-ml\/backend-wasm/);
  expect(await whyNotShared('/nowhere/a.wasm')).toMatch(/no usable \/nowhere\/a\.wasm/);
  expect(
    await whyNotShared(new URL('../assets/tfjs-backend-wasm-simd-shared.wasm', import.meta.url).href),
  ).toBeUndefined();
});

test.each([0, -1, 1.5, 33, Number.NaN, 'many'])('%s is refused as a number of threads', (threads) => {
  const options: object = { threads };
  expect(() => wasm(options)).toThrow(/whole number from 1 to 32, or "auto"/);
});
