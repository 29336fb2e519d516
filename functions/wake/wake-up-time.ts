// When a wake-up is armed for what becomes due at some time. The one place that decides it, for all who arm.

/**
 * Wake-ups stand at every half minute, so that many who ask for about the same time ask for the same one. AWS fires a
 * one-time schedule within the minute that begins at its time, so finer steps would gain nothing.
 */
export const stepMs = 30_000;
/**
 * A wake-up this near may have been fired already by a clock that is ahead of the database's, and then it would have come
 * before the commit that asks for it.
 */
export const marginMs = 5_000;

/** The first wake-up at or after the due time that has certainly not been fired yet. Both times are the database's. */
export function wakeUpTime({ now, dueAt }: { readonly now: Date; readonly dueAt: Date }): Date {
  const earliest = Math.max(dueAt.getTime(), now.getTime() + marginMs);
  return new Date(Math.ceil(earliest / stepMs) * stepMs);
}
