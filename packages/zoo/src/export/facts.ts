import type { Preprocessing, TargetSpec } from '@graft-ml/core';

/** What a file should say beside the model: what it takes and what its outputs mean. */
export interface ExportFacts {
  readonly target?: TargetSpec | undefined;
  readonly preprocessing?: Preprocessing | undefined;
}

/** The same as texts, for formats that keep such. Values are JSON. */
export function describe(facts: ExportFacts & { readonly name: string }): Record<string, string> {
  return {
    'graft.name': facts.name,
    ...(facts.target === undefined ? {} : { 'graft.target': JSON.stringify(facts.target) }),
    ...(facts.preprocessing === undefined ? {} : { 'graft.preprocessing': JSON.stringify(facts.preprocessing) }),
  };
}
