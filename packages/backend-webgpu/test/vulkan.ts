import { spawnSync } from 'node:child_process';
import { accessSync } from 'node:fs';
import { findChromium } from '../../../scripts/lib/chromium.mjs';

/** SwiftShader, a Vulkan driver that computes on the CPU, comes with Chromium: WebGPU in Node runs on it without a card. */
const DRIVERS = ['/usr/lib/chromium/vk_swiftshader_icd.json', '/usr/lib/chromium-browser/vk_swiftshader_icd.json'];

/** Why these tests cannot run here; undefined when they can. */
export const withoutVulkan: string | undefined = prepare();

if (withoutVulkan !== undefined) {
  if (process.env['GRAFT_REQUIRE_BROWSER'] === '1') throw new Error(withoutVulkan);
  console.warn(`WebGPU in Node is not tested: ${withoutVulkan}`);
}

function prepare(): string | undefined {
  if (process.env['VK_ICD_FILENAMES'] !== undefined) return undefined;
  if (!spawnSync('ldconfig', ['-p']).stdout?.toString().includes('libvulkan.so.1')) {
    return 'libvulkan.so.1 is not installed (apt-get install libvulkan1).';
  }
  const driver = DRIVERS.find((path) => isThere(path));
  if (driver === undefined) {
    return `There is no Vulkan driver for tests (${DRIVERS.join(', ')}); Chromium, which has one, is ${findChromium() ?? 'missing'}.`;
  }
  process.env['VK_ICD_FILENAMES'] = driver;
  return undefined;
}

function isThere(path: string): boolean {
  try {
    accessSync(path);
    return true;
  } catch {
    return false;
  }
}
