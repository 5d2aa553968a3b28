import { CLIENT_STYLE } from '../generated/client-assets.js';
import { markup, trusted, type Html } from './html.js';

export interface PageParts {
  readonly title: string;
  /** Graft's version. */
  readonly graft: string;
  /** What stands in `<main>`. */
  readonly main: Html;
  /** The page's script elements, and the source that the content security policy allows; default none. */
  readonly scripts?: { readonly source: string; readonly elements: Html };
}

/** A report as one HTML file that opens offline: style and scripts are inside, and its content security policy loads nothing. */
export function reportPage({ title, graft, main, scripts }: PageParts): string {
  const script = scripts === undefined ? '' : ` script-src ${scripts.source};`;
  const policy = `default-src 'none';${script} style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'`;
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="${`Graft ${graft}`}">
<link rel="icon" href="data:,">
<title>${title}</title>
<style>${trusted(CLIENT_STYLE)}</style>
</head>
<body>
<main>
${main}
</main>
<footer>Written by Graft ${graft}. This file is complete: it needs no network.</footer>
${scripts === undefined ? '' : markup`${scripts.elements}\n`}</body>
</html>
`.text;
}
