import { distance } from 'fastest-levenshtein';

/**
 * The candidates nearest to a mistyped name, best first, at most `most` of them.
 *
 * A candidate counts as near when it contains the name (or the other way round) or when at most a third of its
 * letters differ.
 */
export function nearNames(name: string, candidates: readonly string[], most = 3): string[] {
  const wanted = name.toLowerCase();
  if (wanted === '') return [];
  return candidates
    .map((candidate) => {
      const other = candidate.toLowerCase();
      const contained = other.includes(wanted) || wanted.includes(other);
      const far = distance(wanted, other);
      return { candidate, far: contained ? Math.min(far, 1) : far };
    })
    .filter(({ candidate, far }) => far <= Math.max(1, Math.ceil(candidate.length / 3)))
    .sort((a, b) => a.far - b.far)
    .slice(0, most)
    .map(({ candidate }) => candidate);
}

/** A remedy sentence: near names if there are any, else (a bounded list of) all that there are. */
export function didYouMean(name: string, candidates: readonly string[]): string {
  const quote = (names: readonly string[]): string => names.map((each) => `"${each}"`).join(', ');
  const near = nearNames(name, candidates);
  if (near.length > 0) return `Did you mean ${quote(near)}?`;
  if (candidates.length === 0) return 'There are none to choose from.';
  const shown = candidates.slice(0, 12);
  return `There are ${quote(shown)}${candidates.length > shown.length ? ` and ${candidates.length - shown.length} more` : ''}.`;
}
