import { markup, type Html } from '../text/html.js';
import { count, duration, significant } from '../text/numbers.js';
import { reportPage } from '../text/page.js';
import type { ToldValue, ValuesFacts } from './values-facts.js';

export interface ValuesReportFacts extends ValuesFacts {
  /** Every test example. */
  readonly told: readonly ToldValue[];
  /** Those that were told worst, worst first. */
  readonly worst: readonly ToldValue[];
}

/** So many points are drawn; more would hide one another, and the file would grow with the data. */
const MOST_POINTS = 2000;
const SIDE = 420;
const MARGIN = 56;

/**
 * The report of a model that tells a value, as one HTML file that opens offline and needs no script: scores, what was told
 * against what is true, and the worst of it. All names are escaped.
 */
export function valuesReport(facts: ValuesReportFacts): string {
  const { name, value, run, scores, environment } = facts;
  return reportPage({
    title: `${name} · Graft report`,
    graft: environment.graft,
    main: markup`<header class="page-head">
<p class="kicker">Graft · values told</p>
<h1>${name}</h1>
<p>R² <b>${significant(scores.r2)}</b> on ${count(run.data.testExamples)} test examples: mean absolute error
${significant(scores.meanAbsoluteError)}, root mean squared error ${significant(scores.rootMeanSquaredError)}, in the unit of
${value}. Trained on ${count(run.labels)} examples in ${duration(run.trainSeconds)}.</p>
${run.remarks.map((remark) => markup`<p class="note">${remark}</p>`)}
</header>
<section class="card">
<h2>Told and true</h2>
${scatter(facts)}
</section>
<section class="card">
<h2>Worst</h2>
<div class="scroll">
<table><caption>Test examples with the largest errors</caption>
<thead><tr><th scope="col">Example</th><th scope="col" class="number">True</th><th scope="col" class="number">Told</th></tr></thead>
<tbody>${facts.worst.map(
      (each) =>
        markup`<tr><th scope="row">${each.name}</th><td class="number">${significant(each.truth)}</td><td class="number">${significant(each.told)}</td></tr>`,
    )}</tbody></table>
</div>
</section>`,
  });
}

/** A point for each example, and the line on which all would lie if every value were told rightly. */
function scatter({ told, value }: ValuesReportFacts): Html {
  const step = Math.max(1, Math.ceil(told.length / MOST_POINTS));
  const points = told.filter((each, at) => at % step === 0 && Number.isFinite(each.told));
  const all = points.flatMap((each) => [each.truth, each.told]);
  const low = all.reduce((least, each) => Math.min(least, each), Infinity);
  const high = all.reduce((most, each) => Math.max(most, each), -Infinity);
  if (points.length === 0) return markup`<p class="note">There is nothing to draw.</p>`;
  const inner = SIDE - 2 * MARGIN;
  const at = (each: number): number => (high > low ? (inner * (each - low)) / (high - low) : inner / 2);
  const x = (each: number): string => (MARGIN + at(each)).toFixed(1);
  const y = (each: number): string => (SIDE - MARGIN - at(each)).toFixed(1);
  const label = `What was told against what is true, for ${count(points.length)} test examples`;
  return markup`<svg viewBox="0 0 ${SIDE} ${SIDE}" width="${SIDE}" height="${SIDE}" role="img" aria-label="${label}" style="max-width:100%;height:auto">
<line x1="${x(low)}" y1="${y(low)}" x2="${x(high)}" y2="${y(high)}" stroke="var(--strong-line)" stroke-dasharray="4 4"/>
<path d="${`M${MARGIN} ${MARGIN}V${SIDE - MARGIN}H${SIDE - MARGIN}`}" fill="none" stroke="var(--strong-line)"/>
<g fill="var(--series-1)" fill-opacity="0.6">${points.map((each) => markup`<circle cx="${x(each.truth)}" cy="${y(each.told)}" r="3"/>`)}</g>
<g fill="var(--muted)" font-size="12">
<text x="${MARGIN}" y="${SIDE - MARGIN + 18}">${significant(low)}</text>
<text x="${SIDE - MARGIN}" y="${SIDE - MARGIN + 18}" text-anchor="end">${significant(high)}</text>
<text x="${SIDE / 2}" y="${SIDE - MARGIN + 36}" text-anchor="middle">true ${value}</text>
<text x="${MARGIN - 6}" y="${SIDE - MARGIN}" text-anchor="end">${significant(low)}</text>
<text x="${MARGIN - 6}" y="${MARGIN + 8}" text-anchor="end">${significant(high)}</text>
<text transform="${`translate(${MARGIN - 24} ${SIDE / 2}) rotate(-90)`}" text-anchor="middle">told</text>
</g>
</svg>`;
}
