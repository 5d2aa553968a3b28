/*
 * Runs the modules named on the command line one after another, with the cpu backend selected before each, and says of
 * each that it `started` and `passed`. Started by scripts/check-examples.mjs.
 */
import { pathToFileURL } from 'node:url';
import { cpu } from '@graft-ml/backend-cpu';
import { useBackend } from '@graft-ml/core';

const MOST_SECONDS = 120;

for (const module of process.argv.slice(2)) {
  console.log(`started ${module}`);
  const late = setTimeout(() => {
    console.log(`It did not end within ${MOST_SECONDS} s.`);
    process.exit(1);
  }, MOST_SECONDS * 1000);
  let failed = false;
  const fail = (/** @type {unknown} */ thrown) => {
    failed = true;
    console.log(thrown instanceof Error ? thrown.stack : thrown);
  };
  process.once('unhandledRejection', fail);
  try {
    await useBackend(cpu());
    await import(pathToFileURL(module).href);
    // A promise that nobody awaited gets its chance to fail.
    await new Promise((resolve) => setTimeout(resolve, 10));
  } catch (thrown) {
    fail(thrown);
  }
  process.off('unhandledRejection', fail);
  clearTimeout(late);
  if (!failed) console.log(`passed ${module}`);
}
process.exit(0);
