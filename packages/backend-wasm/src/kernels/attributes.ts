import type { NamedAttrMap } from '@tensorflow/tfjs-core';
import { GraftError } from '@graft-ml/core';

/*
 * Kernel attributes arrive untyped. These readers give one of the types that tfjs documents for it, or say which
 * attribute was wrong.
 */

function wrong(name: string, expected: string): GraftError {
  return new GraftError({ code: 'bad-input', what: `The kernel attribute "${name}" must be ${expected}.` });
}

export function flag(attrs: NamedAttrMap, name: string): boolean {
  const value: unknown = attrs[name];
  if (value === undefined || value === null) return false;
  if (typeof value !== 'boolean') throw wrong(name, 'a boolean');
  return value;
}

export function number(attrs: NamedAttrMap, name: string, otherwise?: number): number {
  const value: unknown = attrs[name] ?? otherwise;
  if (typeof value !== 'number') throw wrong(name, 'a number');
  return value;
}

export function text(attrs: NamedAttrMap, name: string, otherwise?: string): string {
  const value: unknown = attrs[name] ?? otherwise;
  if (typeof value !== 'string') throw wrong(name, 'a string');
  return value;
}

export function numbers(attrs: NamedAttrMap, name: string): number[] {
  const value: unknown = attrs[name];
  const list: unknown[] = Array.isArray(value) ? value : [value];
  return list.map((each) => {
    if (typeof each !== 'number') throw wrong(name, 'a list of numbers');
    return each;
  });
}

/** Strides and dilations: one number for both directions, or two. */
export function pair(attrs: NamedAttrMap, name: string, otherwise: number): [number, number] {
  if (attrs[name] === undefined || attrs[name] === null) return [otherwise, otherwise];
  const [first = otherwise, second = first] = numbers(attrs, name);
  return [first, second];
}

export function quad(shape: readonly number[], name: string): [number, number, number, number] {
  const [first, second, third, fourth, ...more] = shape;
  if (first === undefined || second === undefined || third === undefined || fourth === undefined || more.length > 0) {
    throw wrong(name, 'a shape of four dimensions');
  }
  return [first, second, third, fourth];
}

type ExplicitPadding = [[number, number], [number, number], [number, number], [number, number]];
export type Padding = 'same' | 'valid' | number | ExplicitPadding;

export function padding(attrs: NamedAttrMap): Padding {
  const value: unknown = attrs['pad'];
  if (value === 'same' || value === 'valid' || typeof value === 'number') return value;
  if (Array.isArray(value) && value.length === 4)
    return [side(value[0]), side(value[1]), side(value[2]), side(value[3])];
  throw wrong('pad', "'same', 'valid', a number or four pairs of numbers");
}

function side(value: unknown): [number, number] {
  const [before, after]: unknown[] = Array.isArray(value) ? value : [];
  if (typeof before !== 'number' || typeof after !== 'number') throw wrong('pad', 'four pairs of numbers');
  return [before, after];
}

export function rounding(attrs: NamedAttrMap): 'floor' | 'round' | 'ceil' | undefined {
  const value: unknown = attrs['dimRoundingMode'];
  if (value === undefined || value === null) return undefined;
  if (value === 'floor' || value === 'round' || value === 'ceil') return value;
  throw wrong('dimRoundingMode', "'floor', 'round' or 'ceil'");
}
