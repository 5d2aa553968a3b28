import type { NamedAttrMap } from '@tensorflow/tfjs-core';
import { text } from '../attributes.js';

/** The numbers that assembly/optimizer-update.ts knows the ways of weight decay by. */
const WAYS: Readonly<Record<string, number>> = { none: 0, added: 1, decoupled: 2 };

export function decaying(attrs: NamedAttrMap): number {
  return WAYS[text(attrs, 'decaying')] ?? 0;
}
