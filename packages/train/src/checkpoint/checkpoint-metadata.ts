import * as z from 'zod';
import { GraftError, type CurvePoint } from '@graft-ml/core';
import type { BestValidation } from '../fit-options.js';
import type { RunState, Tally } from '../loop/run-state.js';
import type { RunIdentity } from './run-identity.js';

/** What a checkpoint holds beside its arrays. */
export interface CheckpointMetadata {
  readonly identity: RunIdentity;
  readonly state: RunState;
}

const count: z.ZodType<number> = z.number().int().nonnegative();
const tally: z.ZodType<Tally> = z.object({ sum: z.number(), count });
const point: z.ZodType<CurvePoint> = z.object({
  step: count,
  epoch: z.number(),
  trainLoss: z.number(),
  trainAccuracy: z.number().exactOptional(),
  validationLoss: z.number().exactOptional(),
  validationAccuracy: z.number().exactOptional(),
});
const best: z.ZodType<BestValidation> = z.object({ step: count, epoch: count, metric: z.string(), value: z.number() });

const metadata: z.ZodType<CheckpointMetadata> = z.object({
  identity: z.record(z.string(), z.string()),
  state: z.object({
    step: count,
    settled: count,
    seconds: z.number().nonnegative(),
    epochLoss: tally,
    curveLoss: tally,
    curveAccuracy: tally,
    history: z.array(point),
    watched: z.object({ best: best.nullable(), waited: count }),
    stop: z.enum(['done', 'target', 'patience']).nullable(),
  }),
});

/** @throws GraftError `corrupt` naming what is wrong and where */
export function parseCheckpointMetadata(text: string, from: string): CheckpointMetadata {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new GraftError({ code: 'corrupt', what: `The metadata of ${from} are not JSON.`, cause });
  }
  const parsed = metadata.safeParse(json);
  if (parsed.success) return parsed.data;
  throw new GraftError({
    code: 'corrupt',
    what: `${from} is not a checkpoint that this version of Graft reads: ${z.prettifyError(parsed.error)}.`,
  });
}
