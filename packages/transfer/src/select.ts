import { didYouMean, GraftError, type Network, type NetworkNode } from '@graft-ml/core';
import { leafName } from './cut-point.js';

/**
 * Which layers are meant.
 *
 * - `'all'`: every layer
 * - a glob (`*` and `?` stay within a part of the path, `**` crosses parts): layers whose path or last part matches, and
 *   everything inside a nested model whose path matches (`'backbone'` means all of it)
 * - a RegExp, tested against the path
 * - `{ kind }`: layers of this tfjs class, e.g. `Conv2D`
 * - `{ depth }`: the first so many layers, in the network's order, those without weights included
 * - `{ paths }`: exactly these
 * - a predicate
 */
export type Selector =
  | string
  | RegExp
  | { readonly kind: string }
  | { readonly depth: number }
  | { readonly paths: readonly string[] }
  | ((node: NetworkNode, index: number) => boolean);

/**
 * The nodes that a selector means, in the network's order.
 *
 * @throws GraftError `not-found` when it matches nothing (with near names), `bad-input` for a depth that is no whole
 *   number of at least 1
 */
export function selectNodes(network: Network, selector: Selector): NetworkNode[] {
  const { nodes } = network;
  const found = nodes.filter(matcher(network, selector));
  if (found.length > 0) return found;
  const shown = describeSelector(selector);
  throw new GraftError({
    code: 'not-found',
    what: `The selector ${shown} matches no layer.`,
    expected: 'A selector that matches at least one layer was expected.',
    remedy: didYouMean(nameIn(selector), namesLike(network, selector)),
  });
}

/** A selector in words, for messages. */
export function describeSelector(selector: Selector): string {
  if (typeof selector === 'function') return selector.name === '' ? '(a predicate)' : selector.name;
  return selector instanceof RegExp ? String(selector) : JSON.stringify(selector);
}

function matcher(network: Network, selector: Selector): (node: NetworkNode, index: number) => boolean {
  if (typeof selector === 'function') return selector;
  if (selector === 'all') return () => true;
  if (typeof selector === 'string') return (node) => matchesGlob(node.path, globPattern(selector));
  // A global or sticky RegExp remembers where it stopped: a copy without those flags does not.
  if (selector instanceof RegExp) {
    const stateless = new RegExp(selector.source, selector.flags.replace(/[gy]/g, ''));
    return (node) => stateless.test(node.path);
  }
  if ('kind' in selector) return (node) => node.kind === selector.kind;
  if ('depth' in selector) {
    if (!Number.isSafeInteger(selector.depth) || selector.depth < 1) {
      throw new GraftError({
        code: 'bad-input',
        what: `The selector asks for the first ${selector.depth} layers.`,
        expected: 'A whole number of at least 1 was expected.',
      });
    }
    return (_, index) => index < selector.depth;
  }
  const known = network.nodes.map((node) => node.path);
  for (const path of selector.paths) {
    if (!known.includes(path)) {
      throw new GraftError({
        code: 'not-found',
        what: `There is no layer "${path}".`,
        remedy: didYouMean(path, known),
      });
    }
  }
  const wanted = new Set(selector.paths);
  return (node) => wanted.has(node.path);
}

/** Whether a pattern matches a path, its last part, or the path of a model that it is nested in. */
function matchesGlob(path: string, pattern: RegExp): boolean {
  const parts = path.split('/');
  const prefixes = parts.map((_, index) => parts.slice(0, index + 1).join('/'));
  return [...prefixes, leafName(path)].some((each) => pattern.test(each));
}

function globPattern(glob: string): RegExp {
  const source = glob.replace(/\*\*|[*?]|[\\^$.|+()[\]{}]/g, (token) => {
    if (token === '**') return '.*';
    if (token === '*') return '[^/]*';
    return token === '?' ? '[^/]' : `\\${token}`;
  });
  return new RegExp(`^${source}$`, 's');
}

function nameIn(selector: Selector): string {
  if (typeof selector === 'string') return selector.replace(/[*?]/g, '');
  if (typeof selector === 'object' && 'kind' in selector) return selector.kind;
  return selector instanceof RegExp ? selector.source.replace(/[^\w/]/g, '') : '';
}

function namesLike(network: Network, selector: Selector): string[] {
  if (typeof selector === 'object' && 'kind' in selector) return [...new Set(network.nodes.map((node) => node.kind))];
  return network.nodes.map((node) => node.path);
}
