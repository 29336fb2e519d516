// The orders that lists of several databases have in common.

/** Texts by their characters' codes. */
export const byText = (one: string, other: string): number =>
  one < other ? -1 : Number(one > other);

/** Instants as Postgres writes them, to the microsecond, in whichever time zone. */
export const byInstant = (one: string, other: string): number =>
  Date.parse(one) - Date.parse(other) || byText(fractionOf(one), fractionOf(other));

/** Date.parse goes to the millisecond, and so do the whole seconds' parts that are left here. */
const fractionOf = (instant: string) => /\.(\d+)/.exec(instant)?.[1]?.padEnd(6, '0') ?? '000000';

/** The later one of two instants; null is none. */
export const latest = (one: string | null, other: string | null): string | null =>
  one !== null && (other === null || byInstant(one, other) > 0) ? one : other;
