/** The values that a number may have, both ends included. */
export interface Range {
  readonly from: number;
  readonly to: number;
  /** Also numbers that are not whole. */
  readonly fractional?: true;
}

/**
 * Throws a TypeError that says which option it is, what it takes and what was given, unless it is a number in the
 * range.
 */
export function requireInRange(
  option: string,
  value: unknown,
  { from, to, fractional }: Range,
): void {
  const fits = typeof value === 'number' && value >= from && value <= to;
  if (fits && (fractional || Number.isInteger(value))) return;
  throw new TypeError(
    `${option} is a ${fractional ? '' : 'whole '}number from ${from} to ${to}; got ${value}`,
  );
}
