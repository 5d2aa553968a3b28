import { createInterface } from 'node:readline';

/**
 * A unit of work that a peer repeats: one training step, one epoch, one forward pass, one matrix product.
 *
 * @typedef {object} Work
 * @property {() => Promise<Outcome | void>} run one repetition
 * @property {() => Promise<void> | void} [dispose]
 * @property {number} [check] a number that all peers must agree on, such as the sum of a result
 */

/** @typedef {{ loss?: number, value?: number }} Outcome `value` instead of the time, where the row is no time */
/** @typedef {(params: any) => Promise<Work>} Kind makes a row's work from its numbers */

/**
 * Answer requests on stdin, one JSON a line, with one JSON a line on stdout:
 *
 *   {"do":"prepare","params":{"kind":…}} → {"check":…}       {"do":"run","times":n} → {"ms":…,"cpuMs":…,"loss":…}
 *   {"do":"drop"} → {}
 *
 * The first line says who answers, {"ready":{…}}; whatever goes wrong is {"error":"…"}. One row is held at a time.
 *
 * @param {() => Promise<Record<string, unknown>>} start
 * @param {Record<string, Kind>} kinds
 */
export async function serve(start, kinds) {
  const send = (/** @type {unknown} */ message) => process.stdout.write(`${JSON.stringify(message)}\n`);
  // Libraries print to stdout, which is the protocol's.
  console.log = console.info = console.warn = console.error;
  try {
    send({ ready: await start() });
  } catch (thrown) {
    send({ error: messageOf(thrown) });
    return;
  }
  /** @type {Work | undefined} */
  let work;
  for await (const line of createInterface({ input: process.stdin })) {
    const request = JSON.parse(line);
    try {
      if (request.do === 'prepare') {
        const kind = kinds[request.params.kind];
        if (kind === undefined) throw new Error('does not have this');
        work = await kind(request.params);
        send({ check: work.check });
      } else if (request.do === 'run') {
        if (work === undefined) throw new Error('nothing is prepared');
        send(await timed(work, request.times));
      } else {
        await work?.dispose?.();
        work = undefined;
        send({});
      }
    } catch (thrown) {
      send({ error: messageOf(thrown) });
    }
  }
}

/**
 * @param {Work} work
 * @param {number} times
 */
async function timed(work, times) {
  /** @type {Outcome | void} */
  let outcome;
  const cpu = process.cpuUsage();
  const started = performance.now();
  for (let each = 0; each < times; each++) outcome = await work.run();
  const ms = (performance.now() - started) / times;
  const { user, system } = process.cpuUsage(cpu);
  return { ms, cpuMs: (user + system) / 1000 / times, ...outcome };
}

/** @param {unknown} thrown */
function messageOf(thrown) {
  return (thrown instanceof Error ? thrown.message : String(thrown)).replaceAll(/\s+/g, ' ').trim();
}
