import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join, relative } from 'node:path';
import { filesUnder } from './packages.mjs';
import { ROOT } from './root.mjs';
import { run } from './run.mjs';

/**
 * Run the commands of every guide as they are printed, each guide in a folder with photos to work on.
 *
 * @param {string} folder
 * @returns {Promise<string[][]>} what is wrong with each block; empty when it ran to its end
 */
export async function checkGuides(folder) {
  const results = [];
  for (const path of filesUnder(join(ROOT, 'docs', 'guides'), '.md')) {
    const blocks = [...readFileSync(path, 'utf8').matchAll(/^```sh run\n([\s\S]*?)^```/gm)].map(
      (match) => match[1] ?? '',
    );
    if (blocks.length === 0) continue;
    const place = join(folder, basename(path, '.md'));
    await drawPhotos(join(place, 'photos'));
    for (const [at, block] of blocks.entries()) {
      const env = { GRAFT_OFFLINE: '1' };
      const { code, output } = await run('bash', ['-euo', 'pipefail', '-c', block], { cwd: place, env });
      results.push(
        code === 0 ? [] : [`${relative(ROOT, path)}, commands ${at + 1}`, block.trim(), output.trim().slice(-2000)],
      );
    }
  }
  return results;
}

/**
 * Photos of ants and bees, as far as circles on grounds of two colours are.
 *
 * @param {string} folder
 */
async function drawPhotos(folder) {
  const sharp = createRequire(join(ROOT, 'packages', 'cli', 'package.json'))('sharp');
  for (const { name, ground, body } of [
    { name: 'ants', ground: '#7a9', body: '#211' },
    { name: 'bees', ground: '#226', body: '#fc2' },
  ]) {
    mkdirSync(join(folder, name), { recursive: true });
    for (let at = 1; at <= 12; at++) {
      const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="96" height="80"><rect width="96" height="80" fill="${ground}"/><circle cx="${20 + ((at * 29) % 50)}" cy="${20 + ((at * 17) % 40)}" r="${8 + at}" fill="${body}"/></svg>`;
      await sharp(Buffer.from(svg))
        .jpeg()
        .toFile(join(folder, name, `${at}.jpg`));
    }
  }
}
