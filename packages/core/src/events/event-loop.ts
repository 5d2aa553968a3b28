/**
 * Let timers, signals, input and rendering have their turn. Unlike a timeout of 0, which waits 1 ms in Node and 4 ms in
 * browsers, this comes back as soon as they had it, so a loop may call it every few milliseconds.
 */
export function yieldToEventLoop(): Promise<void> {
  return new Promise((resolve) => {
    if (typeof setImmediate === 'function') {
      setImmediate(resolve);
      return;
    }
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = (): void => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  });
}

/** Calls `yieldToEventLoop` when the last turn is more than 16 ms (a frame) ago. */
export class Breather {
  #last: number = performance.now();

  async breathe(): Promise<void> {
    if (performance.now() - this.#last < 16) return;
    await yieldToEventLoop();
    this.#last = performance.now();
  }
}
