import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  GraftError,
  MANIFEST_FILE,
  saveBundle,
  saveBundleFile,
  throwIfCancelled,
  type BundleFacts,
  describePixelScale,
  pixelScaleOf,
  type PixelScale,
} from '@graft-ml/core';
import { fileStore, writeAtomic } from '@graft-ml/core/node';
import { exportKeras, exportKerasH5, exportOnnx, exportSafetensors } from '@graft-ml/zoo/export';
import type { Session } from '../context.js';
import type { EngineOptions } from '../options/common.js';
import { assertHolds, exportFormat } from '../support/choose-export-format.js';
import { EXPORT_FORMATS, type ExportName } from '../support/export-formats.js';
import { FROZEN_GRAPH } from '../support/know-layers.js';
import { assertFileWritable, assertFolderWritable } from '../support/output-files.js';
import { savedModel, type SavedModel } from '../support/saved-model.js';
import { startBackend } from '../support/start-backend.js';
import { classifierPage } from '../support/classifier-page.js';
import { toJson } from '../terminal/format.js';

export interface ExportOptions extends EngineOptions {
  readonly to?: ExportName;
  readonly web?: boolean;
  readonly out: string;
  readonly json?: boolean;
}

/** `graft export`. Whether it can be written is found out before the model is loaded. */
export async function exportModel(folder: string, options: ExportOptions, session: Session): Promise<void> {
  const { terminal, signal } = session;
  const { out } = options;
  const format = exportFormat(options.to, options.web === true, out);
  const isFolder = EXPORT_FORMATS.get(format)?.ending === undefined;
  await (isFolder ? assertFolderFree(out) : assertFileWritable(out));
  await startBackend(options, session);
  const saved = await savedModel(folder, session);
  assertHolds(format, saved);
  throwIfCancelled(signal, `exporting ${folder}`);
  const names = await write(format, out, saved);
  const { inputShape } = saved.preprocessing;
  const scale = pixelScaleOf(saved.preprocessing);
  const outputs = saved.target.kind === 'values' ? saved.target.names : saved.target.labels;
  const isGraph = saved.network.nodes.some(({ kind }) => kind === FROZEN_GRAPH);
  saved.model.dispose();
  const files = await Promise.all(names.map(async (name) => ({ path: name, bytes: (await stat(name)).size })));
  const record = { format, files, inputShape, ...scale, outputs };
  terminal.result(options.json === true ? toJson(record) : summary(record, out) + (isGraph ? GRAPH_REMARK : ''));
}

const GRAPH_REMARK = '\n(it holds a graph: before that, await enableGraphLayers() of @graft-ml/zoo/graph)';

/** @returns the paths of what was written */
async function write(format: ExportName, out: string, saved: SavedModel): Promise<string[]> {
  const { model, target, preprocessing, manifest } = saved;
  const facts: BundleFacts = {
    target,
    preprocessing,
    frozen: manifest?.frozen ?? [],
    provenance: manifest?.provenance ?? {},
  };
  switch (format) {
    case 'tfjs': {
      const { files } = await saveBundle(fileStore(out), model, facts);
      return [...Object.keys(files), MANIFEST_FILE].map((name) => join(out, name));
    }
    case 'web': {
      const page = await classifierPage(await saveBundleFile(model, facts), saved);
      await writeAtomic(join(out, 'index.html'), page);
      return [join(out, 'index.html')];
    }
    case 'onnx':
      await writeAtomic(out, await exportOnnx(model, { target, preprocessing }));
      return [out];
    case 'safetensors':
      await writeAtomic(out, await exportSafetensors(model, { target, preprocessing }));
      return [out];
    case 'keras':
      await writeAtomic(out, await exportKeras(model));
      return [out];
    case 'h5':
      await writeAtomic(out, await exportKerasH5(model));
      return [out];
  }
}

/** A folder to write into, which may be there already. */
async function assertFolderFree(folder: string): Promise<void> {
  if ((await stat(folder).catch(() => undefined))?.isFile() === true) {
    throw new GraftError({
      code: 'bad-input',
      what: `${folder} is a file.`,
      expected: 'The name of a folder was expected.',
    });
  }
  await assertFolderWritable(folder);
}

interface Exported extends PixelScale {
  readonly format: ExportName;
  readonly files: readonly { readonly path: string; readonly bytes: number }[];
  readonly inputShape: readonly number[];
  readonly outputs: readonly string[];
}

/** Labels of a model of the zoo would fill the screen. */
const MOST_NAMES = 8;

function summary({ format, files, inputShape, outputs, ...scale }: Exported, out: string): string {
  const bytes = files.reduce((sum, each) => sum + each.bytes, 0);
  const named = outputs.slice(0, MOST_NAMES).join(', ');
  return [
    `${format}: ${out}, ${files.length} ${files.length === 1 ? 'file' : 'files'}, ${(bytes / 1e6).toFixed(2)} MB`,
    ...(format === 'web' ? [] : [`inputs: [${inputShape.join(', ')}], ${describePixelScale(scale)}`]),
    `outputs: ${named}${outputs.length > MOST_NAMES ? `, … (${outputs.length})` : ''}`,
    '',
    `Open it: ${EXPORT_FORMATS.get(format)?.open.replace('{}', out) ?? ''}`,
  ].join('\n');
}
