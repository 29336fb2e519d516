// Instants as callers write them: one form at every door. SQL's is_instant has the same, and a test goes through all
// doors with the same texts.

/**
 * ISO 8601 as RFC 3339 narrows it down, in capital letters, with seconds left out if need be. The offset is no option:
 * without one the same text means another instant in each session's time zone. What passes Postgres can read, once the
 * calendar has the day: its years begin with 1, and no place on earth has an offset beyond 14 hours.
 */
export const instantForm =
  /^(?!0000)\d{4}-\d\d-\d\dT(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,9})?)?(?:Z|[+-](?:0\d|1[0-4]):[0-5]\d)$/;

/** Whether the calendar has the day with which an instant begins. */
export function hasDay(instant: string): boolean {
  const day = instant.slice(0, 10);
  // JavaScript reads the 30th of February as a day in March, so the day is compared with what was read.
  return new Date(`${day}T00:00Z`).toJSON()?.startsWith(day) ?? false;
}

export const isInstant = (text: string): boolean => instantForm.test(text) && hasDay(text);
