// The weeks by which messages and attempts are partitioned.
import { randomUUID } from 'node:crypto';

const week = 7 * 86_400_000;
const aMonday = Date.UTC(2024, 0, 1);

/** Asked once, so that a test that runs at midnight does not change its mind about the week in the middle. */
export const now = Date.now();

/** The beginning of the week that lies so many weeks from now. */
export const weekStart = (weeks: number) =>
  new Date(aMonday + (Math.floor((now - aMonday) / week) + weeks) * week);

/** An id minted in the middle of that week. */
export function idIn(weeks: number): string {
  const millis = weekStart(weeks).getTime() + week / 2;
  const time = millis.toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`;
}

/** How the names of that week's partitions end. */
export const suffix = (weeks: number) =>
  weekStart(weeks).toISOString().slice(0, 10).replaceAll('-', '');
