/** `87 %`; a decimal only where whole percents say too little; never 0 or 100 for what is not quite that. */
export function percent(fraction: number): string {
  const hundredths = fraction * 100;
  if (hundredths > 0 && hundredths < 0.1) return '< 0.1\u00A0%';
  if (hundredths > 99.9 && hundredths < 100) return '> 99.9\u00A0%';
  return `${hundredths.toFixed((hundredths > 99 || hundredths < 1) && hundredths % 100 !== 0 ? 1 : 0)}\u00A0%`;
}

/** `1 picture`, `1,200 pictures`. */
export function counted(count: number, one: string, many: string): string {
  return `${count.toLocaleString('en')} ${count === 1 ? one : many}`;
}

/** `40 s`, `3 min`. */
export function duration(seconds: number): string {
  if (seconds < 1) return 'less than 1 s';
  if (seconds < 90) return `${Math.round(seconds)} s`;
  return `${Math.round(seconds / 60)} min`;
}

/** `1.5 MB`, of a million bytes. */
export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

/**
 * The 95 % interval of a share that was counted (Wilson 1927): honest for few examples, where ± two deviations is not.
 *
 * @returns [low, high], in 0 … 1
 */
export function wilson(right: number, of: number): [number, number] {
  const z = 1.959964;
  const share = right / of;
  const middle = share + (z * z) / (2 * of);
  const reach = z * Math.sqrt((share * (1 - share)) / of + (z * z) / (4 * of * of));
  const scale = 1 + (z * z) / of;
  return [Math.max(0, (middle - reach) / scale), Math.min(1, (middle + reach) / scale)];
}

/** The answers that are right. */
export function rightly<Answer extends { readonly truth: number; readonly predicted: number }>(
  answers: readonly Answer[],
): Answer[] {
  return answers.filter(({ truth, predicted }) => truth === predicted);
}
