export { modelCard, type ModelCardFacts } from './model-card.js';
export { renderReport } from './render-report.js';
export { comparisonMarkdown } from './table/comparison-markdown.js';
export { comparisonTable } from './table/comparison-table.js';
