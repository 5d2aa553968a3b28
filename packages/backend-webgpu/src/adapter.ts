import { GraftError } from '@graft-ml/core';
import type { WebgpuOptions } from './options.js';

/** A device to compute on, and what is known of its adapter. */
export interface OpenDevice {
  readonly device: GPUDevice;
  readonly info: GPUAdapterInfo;
  /** The adapter's name, as its vendor gives it. */
  readonly name: string;
  readonly software: boolean;
}

/** The limits that tfjs's shaders and buffers go up to; a device has the least ones unless asked for more. */
const LIMITS = [
  'maxComputeWorkgroupStorageSize',
  'maxComputeWorkgroupsPerDimension',
  'maxStorageBufferBindingSize',
  'maxBufferSize',
  'maxComputeWorkgroupSizeX',
  'maxComputeInvocationsPerWorkgroup',
] as const;

/**
 * Open a device on an adapter of `gpu`.
 *
 * @throws GraftError `unavailable` when there is no adapter, or only one on the CPU and none was asked for
 */
export async function openDevice(gpu: GPU, { power, software }: WebgpuOptions): Promise<OpenDevice> {
  const adapter = await gpu.requestAdapter({ powerPreference: power ?? 'high-performance' });
  if (adapter === null) {
    throw new GraftError({
      code: 'unavailable',
      what: 'WebGPU finds no graphics card.',
      expected: 'A card with a driver for Vulkan, Metal or Direct3D 12 was expected.',
      remedy: 'Install the card’s driver (on Linux libvulkan1 too), or choose another backend, for example wasm().',
    });
  }
  const { info } = adapter;
  // Browsers keep the description to themselves.
  const name = [info.vendor, info.description || info.device || info.architecture]
    .filter((part) => part !== '')
    .join(' ');
  const isSoftware = info.isFallbackAdapter || /swiftshader|llvmpipe|lavapipe|basic render/i.test(name);
  if (isSoftware && software !== true) {
    throw new GraftError({
      code: 'unavailable',
      what: `WebGPU runs without a graphics card here (${name}).`,
      expected: 'An adapter on a graphics card was expected: on the CPU, WebGPU is slower than WebAssembly.',
      remedy: 'Choose wasm(), or ask for it all the same: webgpu({ software: true }).',
    });
  }
  const requiredLimits = Object.fromEntries(LIMITS.map((limit) => [limit, adapter.limits[limit]]));
  return { device: await adapter.requestDevice({ requiredLimits }), info, name, software: isSoftware };
}
