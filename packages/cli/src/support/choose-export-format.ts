import { extname } from 'node:path';
import { GraftError } from '@graft-ml/core';
import { EXPORT_FORMATS, type ExportName } from './export-formats.js';
import { FROZEN_GRAPH } from './know-layers.js';
import type { SavedModel } from './saved-model.js';

/**
 * The format that was asked for: by name, or by the ending of what is to be written.
 *
 * @throws GraftError `bad-input` when neither says, both say different things, or a folder has a file's ending
 */
export function exportFormat(named: ExportName | undefined, isWeb: boolean, out: string): ExportName {
  if (isWeb && named !== undefined && named !== 'web') {
    throw new GraftError({
      code: 'bad-input',
      what: `Both --web and --to ${named} were given.`,
      remedy: 'Leave one of them out.',
    });
  }
  const ending = extname(out).toLowerCase();
  const byEnding = [...EXPORT_FORMATS].find(([, format]) => format.ending === ending)?.[0];
  const format = isWeb ? 'web' : (named ?? byEnding);
  if (format === undefined) {
    throw new GraftError({
      code: 'bad-input',
      what: `"${out}" does not say what to write.`,
      expected: `An ending was expected (${[...EXPORT_FORMATS.values()].flatMap((each) => each.ending ?? []).join(', ')}), or --to.`,
      remedy: `Name the format: --to ${[...EXPORT_FORMATS.keys()].join(', --to ')}.`,
    });
  }
  if (byEnding !== undefined && byEnding !== format) {
    throw new GraftError({
      code: 'bad-input',
      what: `${out} ends like ${byEnding}, and ${format} is to be written.`,
      remedy: 'Give it another name, or leave --to out.',
    });
  }
  return format;
}

/** @throws GraftError `bad-input` when a format has no place for what a model holds */
export function assertHolds(format: ExportName, { network, trunk }: Pick<SavedModel, 'network' | 'trunk'>): void {
  if (trunk !== undefined) {
    throw new GraftError({
      code: 'bad-input',
      what: 'The model is a head on the features of an ONNX file, and no format takes both.',
      expected: 'A backbone of layers was expected.',
      remedy: 'graft predict and graft evaluate run it as it is. To export, train on another backbone.',
    });
  }
  const graph = network.nodes.find(({ kind }) => kind === FROZEN_GRAPH);
  if (graph === undefined || format === 'tfjs') return;
  throw new GraftError({
    code: 'bad-input',
    what: `The layer "${graph.path}" is a TensorFlow graph, and ${EXPORT_FORMATS.get(format)?.summary ?? format} has no place for one.`,
    expected: 'A backbone of layers was expected.',
    remedy: 'Export it to tfjs (--to tfjs), or train on another backbone: graft zoo list shows some.',
  });
}
