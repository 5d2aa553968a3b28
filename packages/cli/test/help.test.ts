import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { graft, inTemporaryFolder } from './graft.js';

const here = tmpdir();
const COMMANDS = [
  'quickstart',
  'compare',
  'learn-curve',
  'find-rate',
  'train',
  'evaluate',
  'predict',
  'export',
  'recipes',
  'data list',
  'data show',
  'data fetch',
  'data verify',
  'zoo list',
  'zoo show',
  'zoo fetch',
  'zoo verify',
  'parity',
  'doctor',
];

describe('graft --help', () => {
  it('lists the commands on stdout and ends well', async () => {
    const { code, stdout, stderr } = await graft(['--help'], here);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    for (const command of COMMANDS) expect(stdout).toContain(command.split(' ')[0]);
  }, 30_000);

  it.each(COMMANDS)(
    'has an example for %s',
    async (command) => {
      const { code, stdout } = await graft([...command.split(' '), '--help'], here);
      expect(code).toBe(0);
      expect(stdout).toContain(`$ graft ${command}`);
    },
    30_000,
  );

  it('prints the version', async () => {
    const { code, stdout } = await graft(['--version'], here);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^\d+\.\d+\.\d+/);
  }, 30_000);

  it('does not load TensorFlow.js, which the commands that need it do', async () => {
    const loaded = async (args: readonly string[]): Promise<string> => {
      const main = new URL('../dist/main.js', import.meta.url).href;
      const script = `import module from 'node:module'; import { main } from ${JSON.stringify(main)};
        await main(${JSON.stringify(args)});
        process.stderr.write(String(Object.keys(module._cache).filter((path) => path.includes('tfjs-core')).length > 0));`;
      return (await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script])).stderr;
    };
    expect(await loaded(['--help'])).toBe('false');
    expect(await loaded(['zoo', 'list'])).toMatch(/true$/);
  }, 30_000);
});

describe('the lists', () => {
  it.each([
    ['recipes', 'fine-tune'],
    ['data list', 'fashion-mnist'],
    ['zoo list', 'seed-cnn/mnist'],
  ])(
    '%s',
    async (command, name) => {
      const { code, stdout } = await graft([...command.split(' '), '--json'], here);
      expect(code).toBe(0);
      const entries: unknown = JSON.parse(stdout);
      expect(entries).toEqual(expect.arrayContaining([expect.objectContaining({ name })]));
    },
    30_000,
  );

  it('data verify says which files are damaged and which are not here, and fetches nothing', async () => {
    await inTemporaryFolder(async (folder) => {
      await mkdir(join(folder, 'data', 'mnist'), { recursive: true });
      await writeFile(join(folder, 'data', 'mnist', 'train-labels-idx1-ubyte.gz'), 'damaged');
      const { code, stdout } = await graft(['data', 'verify', 'mnist', '--data-dir', 'data', '--json'], folder);
      expect(code).toBe(1);
      expect(JSON.parse(stdout)).toMatchObject([
        { name: 'train-images-idx3-ubyte.gz', problem: expect.stringContaining('offline') },
        { name: 'train-labels-idx1-ubyte.gz', problem: expect.stringContaining('has 7 bytes') },
        { name: 't10k-images-idx3-ubyte.gz' },
        { name: 't10k-labels-idx1-ubyte.gz' },
      ]);
      const shown = await graft(['data', 'show', 'mnist'], folder);
      expect(shown.stdout).toContain('440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609');
    });
  }, 30_000);

  it('are tables without --json', async () => {
    const { code, stdout } = await graft(['data', 'list'], here);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^name +examples/);
    expect(stdout).toMatch(/^fashion-mnist +60000 \+ 10000 /m);
  }, 30_000);
});
