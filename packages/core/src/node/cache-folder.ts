import envPaths from 'env-paths';

/**
 * Where downloads are kept: `GRAFT_CACHE_DIR` if set, else the operating system's place for caches (`~/.cache/graft`,
 * `~/Library/Caches/graft`, `%LOCALAPPDATA%\graft\Cache`).
 */
export function cacheFolder(): string {
  const chosen = process.env['GRAFT_CACHE_DIR'];
  return chosen === undefined || chosen === '' ? envPaths('graft', { suffix: '' }).cache : chosen;
}
