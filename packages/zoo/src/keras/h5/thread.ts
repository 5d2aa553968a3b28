/* What runs in the thread that reads HDF5 files; scripts/embed-h5-thread.mjs bundles it into generated/h5-thread.ts. */
import type * as H5wasm from 'h5wasm';
import { readTree } from './read-tree.js';
import type { ThreadAnswer } from './thread-messages.js';

// Not imported: the text is part of pages too.
const { parentPort, workerData } = globalThis.process.getBuiltinModule('node:worker_threads');

async function serve(): Promise<void> {
  // Where the program that started this finds the library, which is not where this text would look for it.
  const h5: typeof H5wasm = await import(String(workerData));
  await h5.ready;
  parentPort?.on('message', (bytes: Uint8Array) => {
    void readTree(h5, bytes).then(
      (tree) => {
        const buffers = [...tree.arrays.values()].map(({ values }) => values?.buffer);
        answer(
          { tree },
          buffers.filter((each) => each instanceof ArrayBuffer),
        );
      },
      (thrown: unknown) => {
        answer({ problem: thrown instanceof Error ? thrown.message : String(thrown) });
      },
    );
  });
  parentPort?.postMessage({ ready: true });
}

function answer(message: ThreadAnswer, buffers: ArrayBuffer[] = []): void {
  parentPort?.postMessage(message, buffers);
}

// What goes wrong is an `error` event for who started this.
void serve();
