import * as tf from '@tensorflow/tfjs-core';
import { GraftError, messageOf } from '../errors/graft-error.js';
import { registerGradients } from '../gradients/register-gradients.js';
import { registerTensorMethods } from '../tensors/tensor-methods.js';
import type { Backend, BackendReport } from './backend.js';
import { assertOneTensorFlow } from './one-tensorflow.js';

/** The backend that was chosen, and why each one before it in the list was not. */
export interface ActiveBackend extends BackendReport {
  readonly name: string;
  readonly refused: readonly { readonly name: string; readonly why: string }[];
}

/**
 * Start a backend, or the first of a list that starts, and make it the one that all tensors live on.
 *
 * @param choice a backend value such as `wasm()`, or a list of them in order of preference
 * @returns what runs now, with the reason why each earlier choice did not
 * @throws GraftError `unavailable` when none starts; its text holds every reason
 *
 * @example
 * ```ts
 * import { useBackend } from '@graft-ml/core';
 * import { cpu } from '@graft-ml/backend-cpu';
 * const active = await useBackend(cpu());
 * console.log(active.engine); // cpu
 * ```
 */
export async function useBackend(choice: Backend | readonly Backend[]): Promise<ActiveBackend> {
  assertOneTensorFlow();
  registerGradients();
  registerTensorMethods();
  const choices: readonly Backend[] = isList(choice) ? choice : [choice];
  if (choices.length === 0) {
    throw new GraftError({
      code: 'bad-input',
      what: 'The list of backends is empty.',
      expected: 'At least one backend was expected.',
      remedy: 'Pass one, for example useBackend(wasm()).',
    });
  }
  const refused: { name: string; why: string }[] = [];
  for (const backend of choices) {
    try {
      const report = await backend.start();
      if (tf.getBackend() !== report.engine) {
        throw new GraftError({
          code: 'unavailable',
          what: `The backend "${backend.name}" started, but TensorFlow.js runs on "${tf.getBackend()}".`,
        });
      }
      return { name: backend.name, refused, ...report };
    } catch (thrown) {
      if (choices.length === 1) throw thrown;
      refused.push({ name: backend.name, why: messageOf(thrown) });
    }
  }
  throw new GraftError({
    code: 'unavailable',
    what: `None of the backends could be started: ${refused.map((each) => `${each.name} (${each.why})`).join('; ')}.`,
    remedy: 'Add cpu() at the end of the list: it runs everywhere.',
  });
}

function isList(choice: Backend | readonly Backend[]): choice is readonly Backend[] {
  return Array.isArray(choice);
}
