import type { ParityReport } from './report.js';

/** A report as Markdown: one table of the differences, then the engines, then what is missing and why. */
export function markdownOf(report: ParityReport): string {
  const { rows, engines, missing, steps, tolerance, reference } = report;
  const lines = [
    `${steps} steps of Adam from one seed, compared with ${reference}: at most ${exponent(tolerance.loss)} for losses and ${exponent(tolerance.weights)} for weights.`,
    '',
    ...table(
      ['backend', 'network', 'loss', 'weights', 'furthest weight', ''],
      rows.map(({ backend, net, difference, error, passed }) => [
        backend,
        net,
        difference === undefined ? '–' : exponent(difference.loss),
        difference === undefined ? '–' : exponent(difference.weights),
        difference?.furthest ?? error ?? '',
        passed ? 'passed' : '**failed**',
      ]),
    ),
    '',
    ...engines.map(({ backend, details }) => {
      const facts = Object.entries(details).map(([name, value]) => `${name} ${String(value)}`);
      return `- ${backend}: ${facts.join(', ')}`;
    }),
    ...missing.map(({ backend, why }) => `- ${backend}: not run. ${why}`),
  ];
  return `${lines.join('\n')}\n`;
}

function table(heads: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const cells = [heads, ...rows].map((row) => row.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')));
  const widths = heads.map((_, column) => Math.max(3, ...cells.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    `| ${widths.map((width, at) => (row[at] ?? '').padEnd(width)).join(' | ')} |`;
  const [head = [], ...body] = cells;
  return [line(head), `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...body.map(line)];
}

function exponent(value: number): string {
  return value === 0 ? '0' : value.toExponential(1);
}
