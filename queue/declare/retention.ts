import { requireInRange } from './in-range.ts';

/** The given number of days. Throws a TypeError unless it is a whole number from 1 to 3650 (ten years). */
export function requireRetention(days: number): number {
  requireInRange('retentionDays', days, { from: 1, to: 3650 });
  return days;
}
