import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createProgram } from '../src/program.js';
import { describeError } from '../src/terminal/describe-error.js';
import { graft, inTemporaryFolder } from './graft.js';

const SKETCHES = ['--source', 'sketches-source', '--target', 'sketches-target'];

type Case = readonly [title: string, args: readonly string[], says: readonly string[]];

/** Whatever is wrong with a command's form: told by the real program, without loading TensorFlow.js. */
const MALFORMED: readonly Case[] = [
  ['no command', [], ['Usage: graft']],
  ['an unknown command', ['compar'], ["unknown command 'compar'", 'Did you mean compare?']],
  ['an unknown option', ['compare', '--lables', '3'], ["unknown option '--lables'", 'Did you mean --labels?']],
  ['a missing option', ['compare', '--source', 'mnist'], ["required option '--target <name>' not specified"]],
  ['a missing argument', ['predict', 'model'], ["missing required argument 'inputs'"]],
  ['malformed label counts', ['compare', ...SKETCHES, '--labels', '10,-5'], ['"-5" is no label count']],
  [
    'malformed seeds',
    ['compare', ...SKETCHES, '--seeds', 'x'],
    ["option '--seeds <n or list>' argument 'x' is invalid"],
  ],
  ['a learning rate of 0', ['train', '--learning-rate', '0'], ['A number above 0 was expected']],
  [
    'an unknown recipe',
    ['compare', ...SKETCHES, '--recipes', 'scratch,frozn'],
    ['no recipe "frozn"', 'Did you mean "frozen"?'],
  ],
  ['no such model', ['evaluate', 'nowhere', '--data', 'mnist'], ['There is no model in nowhere']],
];

/** Names and numbers that are well formed and yet wrong: the same commands, run in this process, which is quicker. */
const WRONG: readonly Case[] = [
  [
    'an unknown backend',
    ['compare', ...SKETCHES, '--backend', 'wasmm'],
    ['no backend "wasmm"', 'Did you mean "wasm"?'],
  ],
  [
    'an unknown target',
    ['compare', '--source', 'mnist', '--target', 'fashion-mnst'],
    ['no data set "fashion-mnst"', '"fashion-mnist"'],
  ],
  [
    'an unknown source',
    ['compare', '--source', 'seed-cnn/mnis', '--target', 'mnist'],
    ['no source "seed-cnn/mnis"', '"seed-cnn/mnist"'],
  ],
  [
    'a source that is no data',
    ['compare', '--source', 'seed-cnn/mnist', '--target', 'mnist', '--train-source'],
    ['is no data set'],
  ],
  [
    'both steps and epochs',
    ['compare', ...SKETCHES, '--steps', '5', '--epochs', '5'],
    ['Both --steps 5 and --epochs 5'],
  ],
  [
    'a cut that no recipe uses',
    ['compare', ...SKETCHES, '--recipes', 'scratch', '--cut', 'conv2'],
    ['"frozen" is not among'],
  ],
  [
    'more labels than there are',
    ['compare', ...SKETCHES, '--labels', '99999'],
    ['99999 labels', '2000 training examples'],
  ],
  [
    'an unknown split',
    ['evaluate', '.', '--data', 'mnist', '--split', 'tests'],
    ['no split "tests"', 'Did you mean "test"?'],
  ],
];

describe('a malformed command ends with 2, says what is wrong on stderr, and prints no result', () => {
  it.concurrent.each(MALFORMED)(
    '%s',
    async (_, args, says) => {
      await inTemporaryFolder(async (folder) => {
        const { code, stdout, stderr } = await graft(args, folder);
        expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
        for (const words of says) expect(stderr).toContain(words);
        expect(stderr).not.toMatch(/^ +at /m);
      });
    },
    60_000,
  );
});

describe('a wrong name or number ends with 2 and says what is wrong', () => {
  it.each(WRONG)(
    '%s',
    async (_, args, says) => {
      const { lines, exitCode } = describeError(await failureOf(args));
      expect(exitCode).toBe(2);
      for (const words of says) expect(lines.join('\n')).toContain(words);
    },
    60_000,
  );

  it('nothing to resume', async () => {
    await inTemporaryFolder(async (folder) => {
      const source = ['--backbone', 'sketches-source', '--source-steps', '1'];
      const failure = await failureOf(['train', '--data', 'sketches-target', ...source, '--out', folder, '--resume']);
      expect(failure).toMatchObject({ code: 'not-found', what: expect.stringContaining('no interrupted run') });
    });
  }, 60_000);
});

/** What a command throws when it runs in this process. */
async function failureOf(args: readonly string[]): Promise<unknown> {
  const ignore = (): void => undefined;
  const terminal = { result: ignore, note: ignore, warn: ignore, progress: ignore, endProgress: ignore };
  const context = { exitCode: 0, open: () => ({ terminal, signal: new AbortController().signal }) };
  return createProgram(context)
    .parseAsync([...args], { from: 'user' })
    .then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
}

describe('outputs that cannot be written are found out before the work', () => {
  it('a folder below a file', async () => {
    await inTemporaryFolder(async (folder) => {
      await writeFile(join(folder, 'file'), '');
      const train = ['train', '--data', 'sketches-target', '--backbone', 'sketches-source', '--out', 'file/model'];
      const { code, stderr } = await graft(train, folder);
      expect(code).toBe(1);
      expect(stderr).toContain(join(folder, 'file'));
      expect(stderr).toContain('A file is in the way');
      expect(stderr).not.toContain('training');
    });
  }, 30_000);

  it.skipIf(process.platform !== 'linux')(
    'a file system that takes no files',
    async () => {
      await inTemporaryFolder(async (folder) => {
        const { code, stderr } = await graft(['quickstart', '--out', '/proc/graft'], folder);
        expect(code).toBe(1);
        expect(stderr).toContain('/proc/graft could not be written');
      });
    },
    30_000,
  );

  it('a report that is a folder', async () => {
    await inTemporaryFolder(async (folder) => {
      await mkdir(join(folder, 'out.html'));
      const { code, stderr } = await graft(['compare', ...SKETCHES, '--report', 'out.html'], folder);
      expect(code).toBe(2);
      expect(stderr).toContain('out.html is a folder.');
    });
  }, 30_000);
});

describe('GRAFT_DEBUG=1', () => {
  it('adds the stack', async () => {
    await inTemporaryFolder(async (folder) => {
      const { code, stderr } = await graft(['evaluate', 'nowhere', '--data', 'nothing'], folder, { GRAFT_DEBUG: '1' });
      expect(code).toBe(2);
      expect(stderr).toMatch(/^ +at /m);
    });
  }, 30_000);
});
