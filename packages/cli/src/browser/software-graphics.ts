import { access } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { GraftError } from '@graft-ml/core';

const FILE = 'vk_swiftshader_icd.json';
const FOLDERS = ['/usr/lib/chromium', '/usr/lib/chromium-browser', '/opt/google/chrome'];

/**
 * Let Vulkan, on which WebGPU runs in Node, find SwiftShader instead of the graphics card's driver. Call it before WebGPU
 * starts.
 *
 * @param browser a Chromium, which brings SwiftShader along
 * @throws GraftError `unavailable` when there is none
 */
export async function useSoftwareGraphics(browser: string): Promise<void> {
  if ((process.env['VK_ICD_FILENAMES'] ?? '') !== '') return;
  for (const folder of [...FOLDERS, dirname(browser)]) {
    const path = join(folder, FILE);
    const isThere = await access(path).then(
      () => true,
      () => false,
    );
    if (!isThere) continue;
    process.env['VK_ICD_FILENAMES'] = path;
    return;
  }
  throw new GraftError({
    code: 'unavailable',
    what: `There is no ${FILE} beside ${browser}.`,
    expected: 'Chromium’s SwiftShader was expected to compute WebGPU in Node on the CPU.',
    remedy: 'Set VK_ICD_FILENAMES to a Vulkan driver’s JSON file, or leave --software out.',
  });
}
