import { GraftError } from '@graft-ml/core';
import type { Device } from './device.js';

const devices = new WeakMap<object, Device>();

export function rememberDevice(backend: object, device: Device): void {
  devices.set(backend, device);
}

export function knowsDevice(backend: object): boolean {
  return devices.has(backend);
}

/**
 * The device of a running backend.
 *
 * @throws GraftError `unavailable` when the engine was removed and started again behind Graft's back
 */
export function deviceOf(backend: object): Device {
  const device = devices.get(backend);
  if (device === undefined) {
    throw new GraftError({
      code: 'unavailable',
      what: 'The wasm engine was started again without Graft.',
      remedy: 'Call useBackend(wasm()) once more.',
    });
  }
  return device;
}
