import { expect, test } from 'vitest';
import { zipClaims } from '../src/index.js';

const part = (size: number, originalSize: number): Parameters<ReturnType<typeof zipClaims>>[0] => ({
  name: 'part',
  size,
  originalSize,
});

test('parts that pack as deflate can are let through', () => {
  const check = zipClaims(2000, 2 ** 21);
  expect([part(0, 0), part(1000, 1_032_000), part(500, 500)].map(check)).toEqual([undefined, undefined, undefined]);
});

test('what cannot be is named', () => {
  expect(zipClaims(100, 2 ** 30)(part(50, 60_000))).toBe('"part" claims 60000 bytes, packed into 50');
  const overlapping = zipClaims(100, 2 ** 30);
  expect(overlapping(part(80, 80))).toBeUndefined();
  expect(overlapping(part(80, 80))).toBe('its parts claim 160 packed bytes, and it has 100');
  const large = zipClaims(5000, 10_000);
  expect(large(part(900, 9000))).toBeUndefined();
  expect(large(part(900, 9000))).toBe('its parts claim more than 10000 bytes');
});
