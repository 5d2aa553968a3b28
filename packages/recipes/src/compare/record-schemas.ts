import { z } from 'zod';
import type { RunRecord, TrialRecord } from '@graft-ml/core';

/** JSON has no NaN: a measure that does not exist (accuracy of a regression) is null there. */
const measure = z
  .number()
  .nullable()
  .transform((value) => value ?? Number.NaN);
const settings = z.record(z.string(), z.number());
const facts = {
  recipe: z.string(),
  labels: z.number(),
  seed: z.number(),
  backbone: z.string().exactOptional(),
};

const point = z.object({
  step: z.number(),
  epoch: z.number(),
  trainLoss: measure,
  trainAccuracy: z.number().exactOptional(),
  validationLoss: z.number().exactOptional(),
  validationAccuracy: z.number().exactOptional(),
});

const mistake = z.object({
  index: z.number(),
  truth: z.string(),
  predicted: z.string(),
  confidence: z.number(),
  image: z
    .object({
      width: z.number(),
      height: z.number(),
      channels: z.union([z.literal(1), z.literal(3)]),
      base64: z.string(),
    })
    .exactOptional(),
});

/** A run, as it was kept in a file. */
export const runSchema: z.ZodType<RunRecord> = z.object({
  ...facts,
  testAccuracy: measure,
  testLoss: measure,
  trainSeconds: z.number(),
  steps: z.number(),
  trainableParameters: z.number(),
  totalParameters: z.number(),
  curve: z.array(point),
  confusion: z.array(z.array(z.number())),
  mistakes: z.array(mistake),
  peakBytes: z.number().exactOptional(),
  settings: settings.exactOptional(),
});

/** A trial, as it was kept in a file. */
export const trialSchema: z.ZodType<TrialRecord> = z.object({
  ...facts,
  settings,
  validationAccuracy: measure,
  validationLoss: measure,
  trainSeconds: z.number(),
});
