import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findChromium } from '../../../scripts/lib/chromium.mjs';
import { graft, inTemporaryFolder } from './graft.js';
import { copiesFinding, tensorflowCopies } from '../src/doctor/tensorflow-copies.js';
import { cacheFinding } from '../src/doctor/cache-finding.js';

describe('graft parity', () => {
  it('compares the engines it is told to, as text, JSON and Markdown', async () => {
    await inTemporaryFolder(async (folder) => {
      const args = ['parity', '--backends', 'wasm,wasm-2-threads', '--steps', '1'];
      const { code, stdout, stderr } = await graft([...args, '--json'], folder);
      expect(code, stderr).toBe(0);
      const report: { passed: boolean; rows: { backend: string; net: string; passed: boolean }[] } = JSON.parse(stdout);
      expect(report.passed).toBe(true);
      expect(report.rows.map(({ backend, net }) => `${backend} ${net}`)).toEqual([
        'wasm seed CNN',
        'wasm MobileNet-style',
        'wasm embedding',
        'wasm-2-threads seed CNN',
        'wasm-2-threads MobileNet-style',
        'wasm-2-threads embedding',
      ]);
      const markdown = await graft([...args.slice(0, 2), 'wasm', '--steps', '1', '--markdown', '--quiet'], folder);
      expect(markdown.stderr).toBe('');
      expect(markdown.stdout).toMatch(/^\| backend \| network/m);
      expect(markdown.stdout).toMatch(/^\| wasm {4}\| seed CNN .*\| passed/m);
    });
  }, 120_000);

  it('refuses names that it does not know, and fails when an engine that was named is not there', async () => {
    await inTemporaryFolder(async (folder) => {
      const unknown = await graft(['parity', '--backends', 'wasmm'], folder);
      expect(unknown).toMatchObject({ code: 2, stdout: '' });
      expect(unknown.stderr).toContain('Did you mean "wasm"');
      const absent = await graft(['parity', '--backends', 'cuda', '--steps', '1'], folder);
      expect(absent.code).toBe(1);
      expect(absent.stdout).toContain('cuda was not compared');
    });
  }, 120_000);
});

const chromium = findChromium();
if (chromium === undefined) {
  if (process.env['GRAFT_REQUIRE_BROWSER'] === '1') throw new Error('A browser is required, and there is none.');
  console.warn('The engines of a browser are not compared: there is no Chromium.');
}

describe.skipIf(chromium === undefined)(`in ${chromium ?? 'Chromium, which is missing'}`, () => {
  const env = { CHROMIUM_PATH: chromium ?? '' };

  it('graft parity --browser compares a browser’s engines with cpu in Node', async () => {
    await inTemporaryFolder(async (folder) => {
      const args = ['parity', '--browser', '--software', '--backends', 'webgl', '--steps', '1', '--json'];
      const { code, stdout, stderr } = await graft(args, folder, env);
      expect(code, stderr).toBe(0);
      expect(JSON.parse(stdout)).toMatchObject({
        passed: true,
        rows: ['seed CNN', 'MobileNet-style', 'embedding'].map((net) => ({ backend: 'webgl (browser)', net })),
      });
    });
  }, 240_000);

  it('graft doctor --browser looks at its engines and at isolation', async () => {
    await inTemporaryFolder(async (folder) => {
      const { stdout, stderr } = await graft(['doctor', '--browser', '--json'], folder, env);
      const findings: { about: string }[] = JSON.parse(stdout);
      expect(
        findings.map(({ about }) => about),
        stderr,
      ).toContain('browser engine webgl');
      expect(findings.find(({ about }) => about === 'cross-origin isolation')).toMatchObject({ state: 'ok' });
    });
  }, 120_000);
});

describe('graft doctor', () => {
  it('looks at engines, copies and the cache, and says what to do', async () => {
    await inTemporaryFolder(async (folder) => {
      const env = { GRAFT_CACHE_DIR: join(folder, 'cache') };
      const { code, stdout, stderr } = await graft(['doctor', '--json'], folder, env);
      expect(code, stderr).toBe(0);
      const findings: { about: string; state: string; advice?: string }[] = JSON.parse(stdout);
      const of = (about: string): object | undefined => findings.find((finding) => finding.about === about);
      expect(of('engine cpu')).toMatchObject({ state: 'ok' });
      expect(of('engine wasm')).toMatchObject({ state: 'ok', details: { simd: true, threads: 1 } });
      expect(of('engine wasm-2-threads')).toMatchObject({ details: { threads: 2 } });
      expect(of('engine cuda')).toMatchObject({ state: 'absent', advice: expect.stringContaining('npm install') });
      expect(of('TensorFlow.js')).toMatchObject({ state: 'absent' });
      expect(of('cache folder')).toMatchObject({ state: 'ok', details: { files: 0, bytes: 0 } });
      const text = await graft(['doctor', '--quiet'], folder, env);
      expect(text.stdout).toMatch(/^✓ engine wasm: tensorflow 4\.22\.0, simd true/m);
    });
  }, 120_000);

  it('finds every copy of TensorFlow.js, links counted once, and names two as a problem', async () => {
    await inTemporaryFolder(async (folder) => {
      const copy = async (at: string, version: string): Promise<void> => {
        const place = join(folder, at, 'node_modules', '@tensorflow', 'tfjs-core');
        await mkdir(place, { recursive: true });
        await writeFile(join(place, 'package.json'), JSON.stringify({ version }));
      };
      await copy('app', '4.22.0');
      const one = await tensorflowCopies(join(folder, 'app', 'src'));
      expect(copiesFinding(one)).toMatchObject({ state: 'ok' });
      await copy('app/node_modules/@scope/other', '3.0.0');
      const two = await tensorflowCopies(join(folder, 'app'));
      expect(two.map(({ version }) => version).toSorted()).toEqual(['3.0.0', '4.22.0']);
      expect(copiesFinding(two)).toMatchObject({ state: 'problem', advice: expect.stringContaining('npm ls') });
      expect(copiesFinding(two.slice(1))).toMatchObject({
        state: 'problem',
        advice: expect.stringContaining('4.22.0'),
      });
    });
  });

  it('a cache folder that cannot be written to is a problem', async () => {
    await inTemporaryFolder(async (folder) => {
      await writeFile(join(folder, 'file'), '');
      expect(await cacheFinding(join(folder, 'file', 'cache'))).toMatchObject({
        state: 'problem',
        advice: expect.stringContaining('GRAFT_CACHE_DIR'),
      });
      await writeFile(join(folder, 'ten'), '0123456789');
      expect(await cacheFinding(folder)).toMatchObject({ state: 'ok', details: { files: 2, bytes: 10 } });
    });
  });
});
