/** One line of CSV (RFC 4180): a cell is quoted where it holds a comma, a quote or a line break. */
export function csvLine(cells: readonly (string | number)[]): string {
  return cells
    .map(String)
    .map((cell) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell))
    .join(',');
}
