import { modifiers, recipes } from '@graft-ml/recipes';
import type { ListOptions } from '../options/common.js';
import type { Session } from '../context.js';
import { toJson } from '../terminal/format.js';
import { table } from '../terminal/table.js';

/** `graft recipes`. */
export function listRecipes({ json }: ListOptions, { terminal }: Session): void {
  const rows = [
    ...recipes().map(({ name, summary }) => ({ name, summary })),
    ...modifiers().map(({ name, summary }) => ({ name: `…+${name}`, summary })),
  ];
  terminal.result(
    json === true
      ? toJson(rows)
      : table(
          ['recipe', 'what it does'],
          rows.map((row) => [row.name, row.summary]),
        ),
  );
}
