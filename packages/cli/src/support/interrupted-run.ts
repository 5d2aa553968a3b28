import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { GraftError, type Store } from '@graft-ml/core';
import { fileStore } from '@graft-ml/core/node';
import { toJson } from '../terminal/format.js';

/** Everything that decides what a run computes: two runs with equal facts give equal weights. Plain JSON. */
export type RunFacts = Readonly<Record<string, unknown>>;

/** The folder below a run's output that holds what `--resume` starts from; it is gone once the run has ended well. */
export interface RunFolder {
  readonly store: Store;
  /** The name of the checkpoint's file in the store. */
  readonly file: string;
  /** Whether there is anything to go on from by now. */
  hasCheckpoint(): Promise<boolean>;
  remove(): Promise<void>;
}

const FACTS_FILE = 'run.json';
const CHECKPOINT_FILE = 'checkpoint.safetensors';

/**
 * Open the checkpoint folder of a run, so that nothing is overwritten or mixed up by mistake: a run that was
 * interrupted is only gone on with on request, with the very same facts, and only thrown away on request.
 *
 * @throws GraftError `bad-input` when there is an interrupted run and neither was requested, or its facts differ;
 *   `not-found` when there is none to go on with
 */
export async function openRunFolder(
  out: string,
  facts: RunFacts,
  { resume, restart }: { readonly resume: boolean; readonly restart: boolean },
): Promise<RunFolder> {
  const folder = join(out, 'checkpoint');
  const store = fileStore(folder);
  const run: RunFolder = {
    store,
    file: CHECKPOINT_FILE,
    hasCheckpoint: () => store.has(CHECKPOINT_FILE),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
  if (resume && restart) {
    throw new GraftError({
      code: 'bad-input',
      what: 'Both --resume and --restart were given.',
      remedy: 'Leave one of them out.',
    });
  }
  if (resume) {
    if (!(await store.has(FACTS_FILE))) {
      throw new GraftError({
        code: 'not-found',
        what: `There is no interrupted run in ${folder}.`,
        remedy: 'Leave --resume out to start one.',
      });
    }
    assertSame(facts, parse(await store.read(FACTS_FILE)), folder);
    return run;
  }
  if (!restart && (await run.hasCheckpoint())) {
    throw new GraftError({
      code: 'bad-input',
      what: `${folder} holds an interrupted run.`,
      remedy: 'Go on with it by --resume, or throw it away by --restart.',
    });
  }
  await run.remove();
  await store.write(FACTS_FILE, new TextEncoder().encode(`${toJson(facts)}\n`));
  return run;
}

function parse(bytes: Uint8Array): RunFacts {
  try {
    const json: unknown = JSON.parse(new TextDecoder().decode(bytes));
    if (json !== null && typeof json === 'object') return Object.fromEntries(Object.entries(json));
  } catch {
    // Told below, like everything else that is no object.
  }
  throw new GraftError({
    code: 'corrupt',
    what: `The checkpoint’s ${FACTS_FILE} is not a JSON object.`,
    remedy: 'Start the run anew with --restart.',
  });
}

function assertSame(wanted: RunFacts, found: RunFacts, folder: string): void {
  const plain: unknown = JSON.parse(JSON.stringify(wanted));
  const typed: RunFacts = plain !== null && typeof plain === 'object' ? Object.fromEntries(Object.entries(plain)) : {};
  const keys = [...new Set([...Object.keys(typed), ...Object.keys(found)])];
  const different = keys.filter((key) => !isDeepStrictEqual(typed[key], found[key]));
  if (different.length === 0) return;
  const list = (facts: RunFacts): string => different.map((key) => `${key} ${JSON.stringify(facts[key])}`).join(', ');
  throw new GraftError({
    code: 'bad-input',
    what: `The interrupted run in ${folder} is another one: it has ${list(found)}.`,
    expected: `This one has ${list(typed)}.`,
    remedy: 'Give the same options again, or throw it away by --restart.',
  });
}
