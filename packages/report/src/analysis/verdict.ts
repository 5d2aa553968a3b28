import type { ResultRow } from '@graft-ml/core';
import { count, percent, points, pointsInWords } from '../text/numbers.js';
import { listed } from '../text/lists.js';
import { BASELINE, methodOf, type Grid } from './grid.js';
import { findingsOf, type Finding, type Separation } from './findings.js';

/** The outcome of a comparison in plain language. */
export interface Verdict {
  readonly tone: 'helped' | 'hurt' | 'mixed' | 'unclear';
  /** A few words, e.g. `Transfer helped`. */
  readonly headline: string;
  /** Whole sentences, in the order of label counts: what helped, by how much, where it hurt. */
  readonly sentences: readonly string[];
}

export function verdictOf(grid: Grid, allLabels?: number): Verdict {
  const findings = findingsOf(grid);
  const name = (labels: number): string => labelsInWords(labels, allLabels);
  if (findings.every((finding) => !finding.baseline)) return withoutBaseline(findings, name);
  if (findings.every((finding) => !finding.best)) {
    const reached = findings.map(({ labels, baseline }) => `${accuracyOf(baseline)} with ${name(labels)}`);
    return {
      tone: 'unclear',
      headline: 'Nothing to compare',
      sentences: [`Only ${BASELINE} was run; it reached ${listed(reached)}. Add a transfer recipe to compare it with.`],
    };
  }
  const hurt = findings.some((finding) => finding.negative.length > 0);
  const helped = findings.some((finding) => finding.gainIs === 'above');
  const tone = helped ? (hurt ? 'mixed' : 'helped') : hurt ? 'hurt' : 'unclear';
  const headlines = {
    helped: 'Transfer helped',
    hurt: findings.every(({ best, gainIs }) => !best || gainIs === 'below')
      ? 'Transfer hurt'
      : 'Transfer hurt with some recipes, and clearly helped with none',
    mixed: 'Transfer helped, but not with every recipe',
    unclear: 'No clear difference',
  };
  return {
    tone,
    headline: headlines[tone],
    sentences: [
      ...bestSentences(findings, name),
      ...negativeSentences(grid, name),
      ...(hurt ? [] : ['No recipe showed negative transfer.']),
    ],
  };
}

/** A sentence for each cell of the comparison with negative transfer; empty when there is none. */
export function negativeLines(grid: Grid, allLabels?: number): string[] {
  return negativeRows(grid).map((row) => {
    const because = row.likelyCause === undefined ? '' : `; ${row.likelyCause}`;
    const reached = `${methodOf(row)} with ${labelsInWords(row.labels, allLabels)} reached ${accuracyOf(row)}`;
    const baseline = grid.baselineOf(row);
    if (!baseline) return `${reached}, worse than ${BASELINE}: negative transfer${because}.`;
    return `${reached}, ${pointsInWords(gainOf(row, baseline))} below ${BASELINE} (${accuracyOf(baseline)}): negative transfer${because}.`;
  });
}

/** `100 labels`, `1 label`, `all 60,000 labels`. */
export function labelsInWords(labels: number, allLabels?: number): string {
  return `${labels === allLabels ? 'all ' : ''}${count(labels)} ${labels === 1 ? 'label' : 'labels'}`;
}

function negativeRows(grid: Grid): ResultRow[] {
  return grid.recipes.flatMap((recipe) =>
    grid.labelCounts.flatMap((labels) => grid.row(recipe, labels) ?? []).filter((row) => row.negativeTransfer),
  );
}

/** One sentence for each recipe with negative transfer, over all label counts where it showed. */
function negativeSentences(grid: Grid, name: (labels: number) => string): string[] {
  const rows = negativeRows(grid);
  return [...new Set(rows.map(methodOf))].map((recipe) => {
    const own = rows.filter((row) => methodOf(row) === recipe);
    const gains = own.flatMap((row) => {
      const baseline = grid.baselineOf(row);
      return baseline ? [gainOf(row, baseline)] : [];
    });
    const where = own.length > SEPARATELY ? `${own.length} label counts` : listed(own.map((row) => name(row.labels)));
    const short = gains.length === 0 ? '' : `, ${rangeInWords(gains)} lower`;
    return `Negative transfer: with ${where}, ${recipe} did worse than training from scratch${short}.`;
  });
}

/** Label counts up to this many are told one by one; more are summed up. */
const SEPARATELY = 3;

/** A sentence for each best transfer recipe and way in which it compares with the baseline. */
function bestSentences(findings: readonly Finding[], name: (labels: number) => string): string[] {
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) {
    if (!finding.best) continue;
    const side = finding.baseline ? points(finding.gain).slice(0, 1) : 'alone';
    const key = `${side} ${finding.gainIs} ${methodOf(finding.best)}`;
    groups.set(key, [...(groups.get(key) ?? []), finding]);
  }
  return [...groups.values()].map((group) => bestSentence(group, name));
}

function bestSentence(group: readonly Finding[], name: (labels: number) => string): string {
  const [first] = group;
  if (!first?.best) return '';
  const recipe = methodOf(first.best);
  if (!first.baseline) {
    const reached = group.map((finding) => `${accuracyOf(finding.best)} with ${name(finding.labels)}`);
    return `${recipe} reached ${listed(reached)}; there is no ${BASELINE} run to compare it with.`;
  }
  const where =
    group.length > SEPARATELY
      ? [`with ${listed(group.map(({ labels }) => count(labels)))} labels`]
      : group.map(
          (finding) =>
            `with ${name(finding.labels)} (${accuracyOf(finding.best)} against ${accuracyOf(finding.baseline)})`,
        );
  if (points(first.gain) === '±0.0')
    return `The best transfer recipe, ${recipe}, equalled ${BASELINE} ${listed(where)}.`;
  const verb = first.gain > 0 ? 'did better' : 'was the best transfer recipe, but did worse';
  const by =
    group.length > SEPARATELY
      ? [`by ${rangeInWords(group.map(({ gain }) => gain))} ${where.join('')}`]
      : group.map(({ gain }, index) => `by ${pointsInWords(gain)} ${where[index] ?? ''}`);
  return `${recipe} ${verb} than training from scratch, ${listed(by)}; ${CONFIDENCE[first.gainIs](group.length)}.`;
}

const CONFIDENCE: Readonly<Record<Separation, (cells: number) => string>> = {
  above: (cells) => `${cells > 1 ? 'each time' : 'that is'} more than the spread between seeds`,
  below: (cells) => `${cells > 1 ? 'each time' : 'that is'} more than chance explains`,
  within: () => 'that is within the spread between seeds',
  unknown: () => 'with a single seed this may be chance',
};

function withoutBaseline(findings: readonly Finding[], name: (labels: number) => string): Verdict {
  const sentences = findings.flatMap(({ best, labels }) =>
    best ? [`With ${name(labels)}, ${methodOf(best)} was best: ${accuracyOf(best)}.`] : [],
  );
  return {
    tone: 'unclear',
    headline: 'No baseline',
    sentences: [...sentences, `Without a ${BASELINE} run, this record cannot say whether transfer helped.`],
  };
}

/** `8.2 points`, or `7.6 to 13.6 points`. */
function rangeInWords(gains: readonly number[]): string {
  const sizes = gains.map(Math.abs);
  const [least, most] = [Math.min(...sizes), Math.max(...sizes)];
  return percent(least) === percent(most) ? pointsInWords(most) : `${percent(least)} to ${pointsInWords(most)}`;
}

function gainOf(row: ResultRow, baseline: ResultRow): number {
  return row.testAccuracy.mean - baseline.testAccuracy.mean;
}

function accuracyOf(row: ResultRow | undefined): string {
  return `${percent(row?.testAccuracy.mean ?? Number.NaN)}%`;
}
