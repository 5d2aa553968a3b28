/** The value of a colour of the style sheet, in the scheme that is now shown. */
export function colour(property: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(property).trim() || '#888';
}

export const FONT = '12px system-ui, -apple-system, "Segoe UI", Roboto, sans-serif';

/** Calls back when the reader's system turns light or dark. */
export function onSchemeChange(changed: () => void): void {
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', changed);
}
