import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/**
 * A peer: a process that stays and does one repetition of a row whenever asked. Processes are separate so that no
 * engine's memory, compiler or threads disturb another's.
 */
export class PeerProcess {
  /** What the peer said of itself: versions, threads. @type {Record<string, unknown>} */
  details = {};
  #child;
  /** @type {AsyncIterator<string>} */
  #lines;
  #errors = '';

  /**
   * @param {string} command
   * @param {readonly string[]} args
   * @param {Record<string, string>} [env]
   */
  constructor(command, args, env = {}) {
    this.#child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'], env: { ...process.env, ...env } });
    this.#child.stderr.on('data', (chunk) => {
      this.#errors = (this.#errors + String(chunk)).slice(-2000);
    });
    // A peer that cannot even be started ends its output; the reason is told by `#ask`.
    this.#child.on('error', (error) => {
      this.#errors += error.message;
    });
    this.#child.stdin.on('error', () => undefined);
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  /** Wait until it is ready. @throws Error with the peer's reason why it is not */
  async ready() {
    const { ready } = await this.#answer();
    this.details = ready;
  }

  /**
   * @param {Record<string, unknown>} params
   * @returns {Promise<number | undefined>} the peer's check
   */
  async prepare(params) {
    return (await this.#ask({ do: 'prepare', params })).check;
  }

  /**
   * @param {number} times
   * @returns {Promise<{ ms: number, cpuMs: number, loss?: number, value?: number }>} means over the repetitions
   */
  run(times) {
    return this.#ask({ do: 'run', times });
  }

  async drop() {
    await this.#ask({ do: 'drop' });
  }

  close() {
    this.#child.stdin.end();
    this.#child.kill();
  }

  /** @param {unknown} request */
  #ask(request) {
    this.#child.stdin.write(`${JSON.stringify(request)}\n`);
    return this.#answer();
  }

  async #answer() {
    const { value, done } = await this.#lines.next();
    if (done === true) {
      const last = this.#errors.trim().split('\n').at(-1) ?? '';
      throw new Error(`its process ended${last === '' ? '' : `: ${last}`}`);
    }
    // Python writes NaN as such, which JSON does not know.
    const answer = JSON.parse(value.replaceAll(/\bNaN\b/g, 'null'));
    if (answer.error !== undefined) throw new Error(answer.error);
    return answer;
  }
}
