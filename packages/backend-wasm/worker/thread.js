/*
 * What a thread of the pool runs: kernels of Graft's module on the heap that it shares with the others. Embedded as text
 * by scripts/build-assembly.mjs, because bundlers and tarballs know how to carry text. The other side of the
 * conversation, and what each word means, is src/threads/.
 */
'use strict';
const node = globalThis.process?.getBuiltinModule?.('node:worker_threads');

function run({ module, memory, control, layout, kernels, slot }) {
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  const { words: at, closed, numbersAt, spins } = layout;
  const words = new Int32Array(control, 0, numbersAt / 4);
  const numbers = new Float64Array(control, numbersAt);
  const functions = kernels.map((name) => exports[name]);
  const job = { generation: -1, run: functions[0], length: 0, count: 0, numbers: [] };

  /** Read the job at hand. What is read counts only if the ticket is still the same afterwards. */
  function read(generation) {
    const base = numbers[0];
    const bytes = numbers[1];
    const geometry = layout.geometry;
    job.generation = generation;
    job.run = functions[words[at.kernel]];
    job.length = words[at.length];
    job.count = words[at.count];
    job.geometry = Array.from(numbers.subarray(2, 2 + geometry));
    job.numbers = Array.from(numbers.subarray(2 + geometry, 2 + geometry + words[at.numbers]));
    if (bytes > 0) job.numbers.push(base + slot * bytes);
    job.isFresh = true;
  }

  function takeRanges() {
    for (;;) {
      const ticket = Atomics.load(words, at.ticket);
      const generation = ticket >>> 8;
      const next = ticket & 255;
      if (next === closed || next >= words[at.ranges]) return;
      if (generation !== job.generation) read(generation);
      if (Atomics.compareExchange(words, at.ticket, ticket, ticket + 1) !== ticket) {
        // Perhaps the job changed while it was read.
        if (job.isFresh) job.generation = -1;
        continue;
      }
      try {
        if (job.isFresh) exports.setGeometry(...job.geometry);
        job.isFresh = false;
        const from = next * job.length;
        job.run(...job.numbers, from, Math.min(job.count, from + job.length));
      } catch {
        Atomics.store(words, at.failed, 1);
      }
      if (Atomics.add(words, at.done, 1) + 1 === words[at.ranges]) Atomics.notify(words, at.done);
    }
  }

  let seen = 0;
  for (;;) {
    // The next job often follows at once: waking up would take longer than looking for it a moment more.
    let spin = spins;
    while (spin > 0 && Atomics.load(words, at.generation) === seen) spin--;
    Atomics.wait(words, at.generation, seen);
    seen = Atomics.load(words, at.generation);
    takeRanges();
  }
}

function answer(post, data) {
  try {
    // Said before the loop, which never ends: the thread is there when this has come through.
    post({ ready: WebAssembly.Module.exports(data.module).length > 0 });
  } catch (error) {
    post({ error: String(error) });
    return;
  }
  run(data);
}

if (node) answer((message) => node.parentPort.postMessage(message), node.workerData);
else globalThis.onmessage = (event) => answer((message) => globalThis.postMessage(message), event.data);
