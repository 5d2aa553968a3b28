export { parseTable, type Table } from './parse-table.js';
export { tableDataset, tableWidth } from './table-dataset.js';
export { fitTableForm, type ColumnForm, type TableForm, type TableFormOptions } from './table-form.js';
