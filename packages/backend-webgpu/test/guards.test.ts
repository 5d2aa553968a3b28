import { describe, expect, test } from 'vitest';
import { installDawn } from '../src/node/dawn.js';
import { webgpu } from '../src/node/index.js';
import { GUARDS } from './guards.js';
import { withoutVulkan } from './vulkan.js';

describe('what can be missing is named, with its remedy', () => {
  const failing = (message: string, code: string) => () => Promise.reject(Object.assign(new Error(message), { code }));

  test('the package', async () => {
    await expect(
      installDawn(failing("Cannot find package 'webgpu' imported from …", 'ERR_MODULE_NOT_FOUND')),
    ).rejects.toMatchObject({ code: 'unavailable', remedy: 'Run: npm install webgpu@0.6.2' });
  });

  test('its binary', async () => {
    await expect(installDawn(failing('dlopen failed', 'ERR_DLOPEN_FAILED'))).rejects.toMatchObject({
      code: 'unavailable',
      what: expect.stringContaining('does not load on'),
    });
  });
});

describe.skipIf(withoutVulkan !== undefined)(`guards (${withoutVulkan ?? 'on SwiftShader'})`, () => {
  test.each(GUARDS)('$name', { timeout: 120_000 }, async ({ check }) => {
    await check(webgpu);
  });
});
