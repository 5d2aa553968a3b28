import { expect, it } from 'vitest';

it('runs on a page that is isolated, so that shared memory exists', () => {
  expect(globalThis.crossOriginIsolated).toBe(true);
  expect(new SharedArrayBuffer(8).byteLength).toBe(8);
});
