/** The given number of days. Throws a TypeError unless it is a whole number from 1 to 3650 (ten years). */
export function requireRetention(days: number): number {
  if (days >= 1 && days <= 3650 && Number.isInteger(days)) return days;
  throw new TypeError(`retentionDays is a whole number from 1 to 3650; got ${days}`);
}
