import type { Preprocessing } from '@graft-ml/core';

/** What a model's inputs are: one example's shape, and how bytes become its numbers. */
export type InputForm = Preprocessing;
