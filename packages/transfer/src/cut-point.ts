import { didYouMean, GraftError, type Network, type NetworkNode } from '@graft-ml/core';

/**
 * Where to cut a model: after the layer with this path (or with this last part of a path, if only one has it), after
 * the node with this index (negative counts from the end), or after a layer of this kind (tfjs class name, e.g.
 * `Flatten`; the last of its kind unless told otherwise; a number counts from 0). Plain data.
 */
export type CutPoint = string | number | { readonly kind: string; readonly occurrence?: 'first' | 'last' | number };

/** A cut point in a few characters, for names and messages: `dense1`, `2`, `Flatten:last`. */
export function cutName(at: CutPoint): string {
  return typeof at === 'object' ? `${at.kind}:${at.occurrence ?? 'last'}` : String(at);
}

/** The last part of a path: `conv1` of `backbone/conv1`. */
export function leafName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/**
 * The node that a cut point names.
 *
 * @throws GraftError `not-found` for a name, index or kind that the network does not have (with near names);
 *   `bad-input` for the last part of several paths
 */
export function nodeOfCut(network: Network, at: CutPoint): NetworkNode {
  if (typeof at === 'string') return nodeNamed(network, at);
  if (typeof at === 'number') return nodeNumbered(network, at);
  return nodeOfKind(network, at.kind, at.occurrence ?? 'last');
}

function nodeNamed(network: Network, name: string): NetworkNode {
  const exact = network.nodes.find((node) => node.path === name);
  if (exact !== undefined) return exact;
  const [found, ...more] = network.nodes.filter((node) => leafName(node.path) === name);
  if (found !== undefined && more.length === 0) return found;
  const paths = network.nodes.map((node) => node.path);
  if (found === undefined) {
    throw new GraftError({
      code: 'not-found',
      what: `The model has no layer "${name}" to cut at.`,
      remedy: didYouMean(name, [...new Set([...paths, ...paths.map(leafName)])]),
    });
  }
  throw new GraftError({
    code: 'bad-input',
    what: `"${name}" is the name of ${more.length + 1} layers.`,
    expected: 'A whole path was expected.',
    remedy: `Choose one of ${[found, ...more].map((node) => `"${node.path}"`).join(', ')}.`,
  });
}

function nodeNumbered(network: Network, index: number): NetworkNode {
  const node = Number.isInteger(index) ? network.nodes.at(index) : undefined;
  if (node !== undefined) return node;
  throw new GraftError({
    code: 'not-found',
    what: `The model has no layer number ${index} to cut at.`,
    expected: `It has ${network.nodes.length} layers: a whole number from 0 to ${network.nodes.length - 1} was expected.`,
  });
}

function nodeOfKind(network: Network, kind: string, occurrence: 'first' | 'last' | number): NetworkNode {
  const all = network.nodes.filter((node) => node.kind === kind);
  if (all.length === 0) {
    throw new GraftError({
      code: 'not-found',
      what: `The model has no layer of kind "${kind}" to cut at.`,
      remedy: didYouMean(kind, [...new Set(network.nodes.map((node) => node.kind))]),
    });
  }
  const wanted = occurrence === 'first' ? 0 : occurrence === 'last' ? -1 : occurrence;
  const node = Number.isInteger(wanted) ? all.at(wanted) : undefined;
  if (node !== undefined) return node;
  throw new GraftError({
    code: 'not-found',
    what: `The model has no ${kind} number ${wanted}.`,
    expected: `It has ${all.length}: ${all.map((each) => each.path).join(', ')}.`,
  });
}
