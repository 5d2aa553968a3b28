import type { News } from './messages.js';

/** Often enough for a chart that moves, rare enough that the page has time for its own work. */
const INTERVAL_MS = 50;

/** Collects news and sends it in bundles: a step may take less than a millisecond, a message wakes the page each time. */
export class Newsletter {
  readonly #send: (news: readonly News[]) => void;
  #waiting: News[] = [];
  #sent: number = -Infinity;

  constructor(send: (news: readonly News[]) => void) {
    this.#send = send;
  }

  add(news: News): void {
    this.#waiting.push(news);
    if (performance.now() - this.#sent >= INTERVAL_MS) this.flush();
  }

  flush(): void {
    if (this.#waiting.length === 0) return;
    const news = this.#waiting;
    this.#waiting = [];
    this.#sent = performance.now();
    this.#send(news);
  }
}
