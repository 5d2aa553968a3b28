import { GraftError } from '@graft-ml/core';
import type * as ConverterModule from '@tensorflow/tfjs-converter';

export type Converter = typeof ConverterModule;

let loaded: Converter | undefined;

/**
 * Load `@tensorflow/tfjs-converter`, an optional peer dependency.
 *
 * @throws GraftError `unavailable` when it is not installed
 */
export async function loadConverter(): Promise<Converter> {
  try {
    loaded ??= await import('@tensorflow/tfjs-converter');
    return loaded;
  } catch (cause) {
    throw new GraftError({
      code: 'unavailable',
      what: 'Graph models run on @tensorflow/tfjs-converter, which is not installed.',
      remedy: 'Install it: npm install @tensorflow/tfjs-converter@4.22.0.',
      cause,
    });
  }
}

/** @throws GraftError `unavailable` before `loadConverter` */
export function converterModule(): Converter {
  if (loaded !== undefined) return loaded;
  throw new GraftError({
    code: 'unavailable',
    what: 'A FrozenGraph layer was called before @tensorflow/tfjs-converter was loaded.',
    remedy: 'Await enableGraphLayers() from @graft-ml/zoo/graph first.',
  });
}
