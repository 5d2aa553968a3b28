import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { Dataset } from '@graft-ml/datasets';
import { embeddingNet } from './embedding-net.js';
import { mobileNet } from './mobile-net.js';
import { seedNet } from './seed-net.js';

/** A small network with data to train it on: both a function of fixed seeds, the same on every engine. */
export interface ParityNet {
  readonly name: string;
  /** What is in it that engines may get wrong. */
  readonly summary: string;
  readonly batchSize: number;
  /** Make it on the engine that is selected. The caller disposes it. */
  build(): LayersModel;
  data(): Dataset;
}

/** The networks that engines are compared on. */
export function parityNets(): readonly ParityNet[] {
  return [seedNet, mobileNet, embeddingNet];
}
