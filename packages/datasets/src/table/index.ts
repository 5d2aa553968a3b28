export { parseTable, type Table } from './parse-table.js';
export { readTableForm } from './read-table-form.js';
export { tableDataset, tableInputs, tableWidth } from './table-dataset.js';
export { fitTableForm, type ColumnForm, type TableForm, type TableFormOptions } from './table-form.js';
