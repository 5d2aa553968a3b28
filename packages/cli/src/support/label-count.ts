import { GraftError } from '@graft-ml/core';

/** Refuse more labels than there are, before anything is trained. @throws GraftError `bad-input` */
export function assertLabelCount(count: number | 'all', examples: number, name: string): void {
  if (count === 'all' || count <= examples) return;
  throw new GraftError({
    code: 'bad-input',
    what: `${count} labels were asked for.`,
    expected: `${name} has ${examples} training examples.`,
    remedy: 'Ask for fewer, or for all.',
  });
}
