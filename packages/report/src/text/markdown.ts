import { plain } from './plain.js';

/** Names may hold anything: what Markdown or HTML would read as markup is escaped. */
export function inMarkdown(text: string): string {
  return plain(text).replace(/[\\`*_[\]|<>~#]/g, (character) =>
    character === '<' ? '&lt;' : character === '>' ? '&gt;' : `\\${character}`,
  );
}

/** A table in GitHub's dialect; all columns but the first are aligned to the right. Cells are Markdown already. */
export function markdownTable(header: readonly string[], body: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const rule = line(header.map((_, column) => (column === 0 ? '---' : '---:')));
  return [line(header), rule, ...body.map(line)].join('\n');
}
