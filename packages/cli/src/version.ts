import { readFileSync } from 'node:fs';

/** The version of this package, which every Graft package shares. */
export function graftVersion(): string {
  const json: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  return json !== null && typeof json === 'object' && 'version' in json ? String(json.version) : 'unknown';
}
