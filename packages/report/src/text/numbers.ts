/** Numbers as people read them, in one notation on every machine. NaN and null become a dash. */

const DASH = '–';
/** Numbers keep the typographic minus, so that they align with digits. */
const MINUS = '−';

/** 12345 → `12,345`. */
export function count(value: number): string {
  if (!Number.isFinite(value)) return DASH;
  return Math.round(value)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, ',')
    .replace('-', MINUS);
}

/** The fraction 0.68812 → `68.8`, without the sign of percent. */
export function percent(fraction: number): string {
  return Number.isFinite(fraction) ? fixed(fraction * 100, 1) : DASH;
}

/** `68.8 ± 1.3` in per cent; without the spread when it is unknown because there is only one value. */
export function percentWithSpread(score: { mean: number; sd: number; values: readonly number[] }): string {
  const spread = score.values.length > 1 && Number.isFinite(score.sd);
  return spread ? `${percent(score.mean)} ± ${percent(score.sd)}` : percent(score.mean);
}

/** A difference of fractions in percentage points, with its sign: `+1.1`, `−8.2`. */
export function points(difference: number): string {
  if (!Number.isFinite(difference)) return DASH;
  const shown = fixed(Math.abs(difference) * 100, 1);
  return shown === '0.0' ? '±0.0' : `${difference < 0 ? MINUS : '+'}${shown}`;
}

/** The size of a difference of fractions in words: `8.2 points`. */
export function pointsInWords(difference: number): string {
  const shown = fixed(Math.abs(difference) * 100, 1);
  return `${shown} ${shown === '1.0' ? 'point' : 'points'}`;
}

/** Seconds for a table: `0.84`, `12.3`, `345`. */
export function seconds(value: number): string {
  if (!Number.isFinite(value)) return DASH;
  return value < 1 ? fixed(value, 2) : value < 100 ? fixed(value, 1) : count(value);
}

/** Seconds in words: `12.3 s`, `5 min 40 s`, `2 h 5 min`. */
export function duration(value: number): string {
  if (!Number.isFinite(value)) return DASH;
  if (value < 100) return `${seconds(value)} s`;
  const whole = Math.round(value);
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  const minutes = Math.round(value / 60);
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** A loss or another plain number with about three significant digits. */
export function significant(value: number): string {
  if (!Number.isFinite(value)) return DASH;
  const size = Math.abs(value);
  return size !== 0 && (size < 0.001 || size >= 1e6) ? value.toExponential(2) : fixed(value, size < 1 ? 4 : 3);
}

function fixed(value: number, digits: number): string {
  return value.toFixed(digits).replace('-', MINUS);
}
