export { modelCard, type ModelCardFacts } from './model-card.js';
export type { RateCurve } from './rates/rate-curve.js';
export { ratePlot } from './rates/rate-plot.js';
export { renderRates } from './rates/render-rates.js';
export { renderReport } from './render-report.js';
export { comparisonMarkdown } from './table/comparison-markdown.js';
export { comparisonTable } from './table/comparison-table.js';
export { learnCurvePlot } from './table/learn-curve-plot.js';
