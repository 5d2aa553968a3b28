/*
 * Graft on its WASM backend.      node peers/graft.mjs <threads> [composed]
 *
 * `composed`: without its fused kernels, so that train and core compose ops instead.
 */
import { unregisterKernel } from '@tensorflow/tfjs-core';
import { FUSED, useBackend } from '@graft-ml/core';
import { wasm } from '@graft-ml/backend-wasm';
import { inferenceKinds } from './graft/inference.mjs';
import { kernelShareKinds } from './graft/kernel-share.mjs';
import { linearProbeKinds } from './graft/linear-probe.mjs';
import { trainingKinds } from './graft/training.mjs';
import { serve } from './serve.mjs';

const threads = Number(process.argv[2] ?? 1);
const isComposed = process.argv[3] === 'composed';

async function start() {
  const { details } = await useBackend(threads === 1 ? wasm() : wasm({ threads }));
  if (details.threads !== threads) throw new Error(`the backend runs with ${details.threads} thread, not ${threads}`);
  if (isComposed) for (const name of Object.values(FUSED)) unregisterKernel(name, 'wasm');
  return { ...details, node: process.version };
}

await serve(start, { ...trainingKinds, ...inferenceKinds, ...linearProbeKinds, ...kernelShareKinds });
process.exit(0);
