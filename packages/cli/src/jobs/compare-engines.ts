import { didYouMean, GraftError } from '@graft-ml/core';
import { DEFAULT_TOLERANCE, markdownOf, referenceRuns, runParity, type ParityReport } from '@graft-ml/parity';
import type { Session } from '../context.js';
import { EXIT } from '../exit-codes.js';
import { askPage } from '../browser/ask-page.js';
import { findBrowser } from '../browser/find-browser.js';
import { useSoftwareGraphics } from '../browser/software-graphics.js';
import { NODE_ENGINES } from '../support/known-backends.js';
import { toJson } from '../terminal/format.js';
import { table } from '../terminal/table.js';

export interface ParityCommandOptions {
  readonly steps: number;
  readonly backends?: readonly string[];
  readonly browser?: boolean;
  readonly software?: boolean;
  readonly json?: boolean;
  readonly markdown?: boolean;
  readonly quiet?: boolean;
}

const BROWSER_ENGINES = ['webgl', 'webgpu'];
/** A browser's engine is named apart from Node's of the same name. */
const inBrowser = (name: string): string => `${name} (browser)`;

/** `graft parity`. @returns the exit code: 1 when something is beyond the tolerance, or an engine that was named is missing */
export async function compareEngines(options: ParityCommandOptions, session: Session): Promise<number> {
  const { steps, software = false } = options;
  const { terminal, signal } = session;
  const wanted = options.backends;
  refuseUnknown(wanted);
  const browser = options.browser === true || software ? await findBrowser() : undefined;
  if (software && browser !== undefined) await useSoftwareGraphics(browser);
  const { cpu } = await import('@graft-ml/backend-cpu');
  const onProgress = terminal.progress.bind(terminal);
  const references = await referenceRuns(cpu(), steps, { signal, onProgress });
  const isWanted = (name: string): boolean => wanted === undefined || wanted.includes(name);
  const backends = NODE_ENGINES.filter(({ name }) => isWanted(name));
  let report = await runParity({ reference: cpu(), references, backends, steps, signal, onProgress });
  const pageEngines = BROWSER_ENGINES.filter(isWanted);
  if (options.browser === true && browser !== undefined && pageEngines.length > 0) {
    const answer = await askPage(
      { kind: 'parity', backends: pageEngines, steps, tolerance: DEFAULT_TOLERANCE, references },
      {
        browser,
        software,
        signal,
        onProgress: ({ task, done, total }) => {
          terminal.progress({ task, done, total, unit: 'runs' });
        },
      },
    );
    if (answer.kind === 'parity') report = joined(report, answer.report);
  } else if (wanted === undefined || wanted.includes('webgl')) {
    const why = 'It runs in browsers: graft parity --browser compares it.';
    report = { ...report, missing: [...report.missing, { backend: 'webgl', why }] };
  }
  const found = new Set(report.rows.map((row) => row.backend));
  const absent = (wanted ?? []).filter((name) => !found.has(name) && !found.has(inBrowser(name)));
  if (options.json === true) terminal.result(toJson(report));
  else terminal.result(options.markdown === true ? markdownOf(report).trimEnd() : textOf(report));
  return report.passed && absent.length === 0 ? EXIT.done : EXIT.failed;
}

function refuseUnknown(wanted: readonly string[] | undefined): void {
  const known = [...new Set([...NODE_ENGINES.map(({ name }) => name), ...BROWSER_ENGINES])];
  for (const name of wanted ?? []) {
    if (known.includes(name)) continue;
    throw new GraftError({
      code: 'not-found',
      what: name === 'cpu' ? 'cpu is what the others are compared with.' : `There is no backend "${name}".`,
      remedy: didYouMean(name, known),
    });
  }
}

/** Node's report with the browser's rows after its own. */
function joined(node: ParityReport, page: ParityReport): ParityReport {
  const named = <T extends { readonly backend: string }>(items: readonly T[]): T[] =>
    items
      .filter(({ backend }) => backend !== page.reference)
      .map((item) => ({ ...item, backend: inBrowser(item.backend) }));
  return {
    ...node,
    engines: [...node.engines, ...named(page.engines)],
    rows: [...node.rows, ...named(page.rows)],
    missing: [...node.missing, ...named(page.missing)],
    passed: node.passed && page.passed,
  };
}

function textOf({ rows, missing, engines, reference, passed, tolerance }: ParityReport): string {
  const compared = rows.filter((row) => row.backend !== reference);
  const exponent = (value: number | undefined): string => (value === undefined ? '–' : value.toExponential(1));
  const lines = [
    table(
      ['backend', 'network', 'loss', 'weights', 'seconds', ''],
      compared.map((row) => [
        row.backend,
        row.net,
        exponent(row.difference?.loss),
        exponent(row.difference?.weights),
        row.seconds.toFixed(1),
        row.passed
          ? 'passed'
          : `FAILED${row.error === undefined ? ` (${row.difference?.furthest ?? ''})` : `: ${row.error}`}`,
      ]),
    ),
    '',
    ...engines.map(({ backend, details }) => {
      const facts = Object.entries(details).map(([key, value]) => `${key} ${String(value)}`);
      return `${backend}: ${facts.join(', ')}`;
    }),
    ...missing.map(({ backend, why }) => `${backend} was not compared: ${why}`),
    '',
    compared.length === 0
      ? 'No engine was compared.'
      : passed
        ? `All agree with ${reference}: losses within ${tolerance.loss}, weights within ${tolerance.weights}.`
        : `Not all agree with ${reference}: losses must be within ${tolerance.loss}, weights within ${tolerance.weights}.`,
  ];
  return lines.join('\n');
}
