import type { GraftErrorParts, Progress } from '@graft-ml/core';
import type { TrainEvent } from '../events.js';

/** What a page asks of its worker. */
export type Request =
  | { readonly graft: 'run'; readonly id: number; readonly job: string; readonly input: unknown }
  | { readonly graft: 'cancel'; readonly id: number };

/** What a worker answers. Events and progress come in order, and all of them before the end. */
export type Answer =
  | { readonly graft: 'news'; readonly id: number; readonly news: readonly News[] }
  | { readonly graft: 'done'; readonly id: number; readonly output: unknown }
  | { readonly graft: 'failed'; readonly id: number; readonly error: GraftErrorParts };

/** One thing that happened in a job. */
export type News = { readonly event: TrainEvent } | { readonly progress: Progress };

/** Whether a message is one of ours: a worker may carry others. */
export function isRequest(message: unknown): message is Request {
  return isTagged(message) && (message.graft === 'run' || message.graft === 'cancel');
}

/** Whether a message is one of ours: a worker may carry others. */
export function isAnswer(message: unknown): message is Answer {
  return isTagged(message) && ['news', 'done', 'failed'].includes(String(message.graft));
}

function isTagged(message: unknown): message is { readonly graft: unknown; readonly id: number } {
  return (
    typeof message === 'object' &&
    message !== null &&
    'graft' in message &&
    'id' in message &&
    typeof message.id === 'number'
  );
}
