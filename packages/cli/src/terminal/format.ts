import type { Progress } from '@graft-ml/core';

/** A number of milliseconds for people: `8 s`, `2 min 05 s`, `1 h 10 min`. */
export function formatDuration(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${String(seconds % 60).padStart(2, '0')} s`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
}

/** How much of how much, in the progress's unit: `300/600 steps`, `1.2/9.9 MB`. */
export function formatAmount({ done, total, unit }: Progress): string {
  if (unit === 'bytes') {
    const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(1);
    return total === undefined ? `${megabytes(done)} MB` : `${megabytes(done)}/${megabytes(total)} MB`;
  }
  // A run that is under way counts as a fraction: people want whole ones.
  const shown = Math.floor(done);
  return total === undefined ? `${shown} ${unit}` : `${shown}/${total} ${unit}`;
}

/** A fraction as a percentage with one decimal: `0.8213` → `82.1 %`. */
export function percent(fraction: number): string {
  return `${(fraction * 100).toFixed(1)} %`;
}

/** JSON as every command writes it: indented, so that people and `diff` can read it. */
export function toJson(value: unknown): string {
  return JSON.stringify(value, null, 2);
}
