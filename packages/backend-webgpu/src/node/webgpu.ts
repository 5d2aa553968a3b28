import type { Backend } from '@graft-ml/core';
import type { WebgpuOptions } from '../options.js';
import { startOn } from '../start-on.js';
import { installDawn } from './dawn.js';

/** `webgpu` for Node, through Dawn; its types and its documentation are those of the one for browsers. */
export function webgpu(options: WebgpuOptions = {}): Backend {
  return { name: 'webgpu', start: async () => startOn(await installDawn(), options) };
}
