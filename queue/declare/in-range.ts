import { misuse } from '#queue/misuse.ts';

/** The values that a number may have, both ends included. */
export interface Range {
  readonly from: number;
  readonly to: number;
  /** Also numbers that are not whole. */
  readonly fractional?: true;
}

/** Texts such as "5" would pass a comparison alone, and null for 0. */
export const isInRange = (value: unknown, { from, to, fractional }: Range): value is number =>
  typeof value === 'number' &&
  value >= from &&
  value <= to &&
  (fractional || Number.isInteger(value));

/**
 * Throws a TypeError that says which option it is, what it takes and what was given, unless it is a number in the
 * range.
 */
export function requireInRange(option: string, value: unknown, range: Range): void {
  if (isInRange(value, range)) return;
  const { from, to, fractional } = range;
  misuse(`${option} is a ${fractional ? '' : 'whole '}number from ${from} to ${to}; got ${value}`);
}
