// What operators see of schedules, and how they pause and resume them.

import type { Database } from '#queue/database.ts';
import type { CatchUp } from '#queue/declare/timing/catch-up.ts';
import { orUnknownName } from './unknown-name.ts';

/** A schedule and when it is due. */
export interface ScheduleStatus {
  readonly name: string;
  /** The message type that it enqueues. */
  readonly type: string;
  /** A cron expression, or "every 3600 s". */
  readonly rule: string;
  /** The IANA name of its time zone; null for an interval. */
  readonly timeZone: string | null;
  readonly catchUp: CatchUp;
  readonly paused: boolean;
  /** ISO 8601. Null while it is paused, and until the next drain for one that is new, changed or resumed. */
  readonly nextDueAt: string | null;
  /** The newest due time that got its message, ISO 8601; null when none has yet. */
  readonly lastDueAt: string | null;
}

/** The schedules that the code declares, in the order of their names. */
export async function listSchedules(database: Database): Promise<readonly ScheduleStatus[]> {
  const [row] = await database.query<{ schedules: ScheduleStatus[] }>(
    'select millrace.schedules() as schedules',
  );
  return row?.schedules ?? [];
}

/**
 * Stops a schedule: due times pass without a message until it is resumed. The actor is who the audit table names.
 * Throws an UnknownSchedule.
 */
export async function pauseSchedule(
  database: Database,
  name: string,
  actor: string,
): Promise<void> {
  await orUnknownName(
    name,
    database.query('select millrace.pause_schedule($1, $2)', [name, actor]),
  );
}

/** Lets a schedule go on from now. A pause is no downtime, so nothing is caught up. Throws an UnknownSchedule. */
export async function resumeSchedule(
  database: Database,
  name: string,
  actor: string,
): Promise<void> {
  await orUnknownName(
    name,
    database.query('select millrace.resume_schedule($1, $2)', [name, actor]),
  );
}
