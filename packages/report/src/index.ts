export { comparisonMarkdown } from './table/comparison-markdown.js';
export { comparisonTable } from './table/comparison-table.js';
