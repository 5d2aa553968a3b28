import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { build } from 'esbuild';
import { expect, test } from 'vitest';
import { workspacePackages } from '../scripts/lib/packages.mjs';
import { ROOT } from '../scripts/lib/root.mjs';

const FOR_NODE = new Set(['backend-cuda', 'cli', 'testkit']);

/** Entries for browsers: all but those named for Node, or whose packages are for Node. */
const entries = workspacePackages()
  .filter(({ short, manifest }) => !FOR_NODE.has(short) && manifest.name.startsWith('@graft-ml/'))
  .flatMap(({ manifest }) =>
    Object.keys(manifest.exports ?? {})
      .filter((key) => key !== './package.json' && !key.split('/').includes('node'))
      .map((key) => `${manifest.name}${key.slice(1)}`),
  );

test('every package for browsers is bundled, dependencies and all, without polyfills and without Node', async () => {
  expect(entries).toContain('@graft-ml/core');
  expect(entries).toContain('@graft-ml/backend-webgpu');
  const { metafile, outputFiles } = await build({
    stdin: {
      contents: entries
        .map((entry, at) => `import * as entry${at} from '${entry}';\nconsole.log(entry${at});`)
        .join('\n'),
      resolveDir: ROOT,
    },
    absWorkingDir: ROOT,
    bundle: true,
    format: 'esm',
    platform: 'browser',
    metafile: true,
    write: false,
    outdir: join(ROOT, 'out'),
    logLevel: 'silent',
  });
  const imported = Object.values(metafile.inputs).flatMap(({ imports }) =>
    imports.filter(({ external }) => external === true).map(({ path }) => path),
  );
  expect(imported.filter((path) => path.startsWith('node:') || builtinModules.includes(path))).toEqual([]);
  const code = outputFiles.map(({ text }) => text).join('\n');
  expect(code).not.toMatch(/from\s*["']node:|require\(["']node:|import\(["']node:/);
});
