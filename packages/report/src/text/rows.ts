import type { ResultRow } from '@graft-ml/core';
import { plain } from './plain.js';

/** Mean epochs to the target accuracy: `4.3`, `4.3 (2 of 3)` where not every run reached it, `never`. */
export function epochsInWords({ epochsToTarget }: ResultRow): string {
  if (epochsToTarget === undefined) return '–';
  const { mean, reached, of } = epochsToTarget;
  if (reached === 0) return 'never';
  return `${mean.toFixed(1)}${reached < of ? ` (${reached} of ${of})` : ''}`;
}

/** The numbers that tuning chose: `rate 0.003, l2 0.01`. */
export function settingsInWords({ settings = {} }: ResultRow): string {
  const numbers = Object.entries(settings).map(
    ([name, value]) => `${name === 'learningRate' ? 'rate' : plain(name)} ${value}`,
  );
  return numbers.length === 0 ? '–' : numbers.join(', ');
}
