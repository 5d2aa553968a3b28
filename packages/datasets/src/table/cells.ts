/** What tables write where they know nothing. */
const MISSING = new Set(['', 'na', 'n/a', 'nan', 'null', 'none', '?']);

export function isMissing(cell: string): boolean {
  return MISSING.has(cell.trim().toLowerCase());
}

/** A cell's number; undefined when it is missing, NaN when it is something else. */
export function numberIn(cell: string): number | undefined {
  if (isMissing(cell)) return undefined;
  const value = Number(cell);
  return Number.isFinite(value) ? value : Number.NaN;
}
