import { join } from 'node:path';
import { MODEL_FILE } from '@graft-ml/core';

const CALLED: Readonly<Record<string, string>> = {
  'record.json': 'record',
  'report.html': 'report',
  'model-card.md': 'model card',
};

/** Where everything is that a training left: two files a line. */
export function filesWritten(out: string, files: readonly string[]): string[] {
  const named = [
    `model: ${join(out, MODEL_FILE)}`,
    ...files.map((file) => `${CALLED[file] ?? file}: ${join(out, file)}`),
  ];
  const lines: string[] = [];
  for (let at = 0; at < named.length; at += 2) lines.push(named.slice(at, at + 2).join('   '));
  return lines;
}

/** What to do with a model now. A graph goes into few other formats. */
export function nextSteps(out: string, example: string, isExportable: boolean): string[] {
  const predict = ['', 'Next:', `  graft predict ${out} ${example}`];
  if (!isExportable) return predict;
  return [
    ...predict,
    `  graft export ${out} --web --out site/        # a page that runs it, without a connection`,
    `  graft export ${out} --out model.onnx         # for other programs`,
  ];
}
