import type { Database } from '#queue/database.ts';
import { requireSchema } from '#queue/schema-needed.ts';
import { ask } from './ask.ts';
import type { Cursor } from './claimed-delivery.ts';

/** What there is to do. */
export interface Survey {
  /** Whether it is an hour since the last maintenance. */
  readonly maintenanceDue: boolean;
  /** Whether there are chords that have not ended. */
  readonly chordsOpen: boolean;
  /** Idle and paused queues are left out. */
  readonly queues: readonly QueueWork[];
  /** To be passed to the next survey of the same drain: before this time nothing can have become claimable since. */
  readonly since: string;
  /** The database's clock, ISO 8601. */
  readonly now: string;
  readonly schedules: readonly DueSchedule[];
}

/** A queue that has something to do. */
export interface QueueWork {
  readonly queue: string;
  /** Whether something can be claimed that is no suspect. */
  readonly fresh: boolean;
  /** Whether deliveries are there whose lease ran out. */
  readonly suspects: boolean;
  /** Since when the oldest of them has been due, ISO 8601. */
  readonly waitingSince: string;
  /** For the first claim: just before the first fresh delivery of every priority. */
  readonly cursor: Cursor;
  /** The size of the first fresh messages on average, in whole KiB; null when none of them tells it. */
  readonly kibEach: number | null;
}

/** A schedule that is due, or that is new, changed or resumed and has no next due time yet. */
export interface DueSchedule {
  readonly name: string;
  readonly rule: string;
  readonly timeZone: string | null;
  /**
   * Due times before it are done with; null when the schedule is to start from now on. A text, which goes back to the
   * database as it came: a Date would lose the microseconds.
   */
  readonly nextDueAt: string | null;
}

/**
 * Asks which of the queues have work and which schedules are due: the first call of a drain, and the only one of an
 * idle tick. Repeated while the database is away, for at most budgetMs. Throws SchemaTooOld when the schema is older than
 * this release needs: the same statement tells, so that a drain finds out before it claims, and at no further call.
 */
export async function survey(
  database: Database,
  queues: readonly string[],
  { since = '-infinity', budgetMs }: { since?: string | undefined; budgetMs: number },
): Promise<Survey> {
  const text = 'select millrace.survey($1, $2) as survey, millrace.schema_version() as version';
  const row = await ask<{ survey: Survey; version: string }>(
    database,
    text,
    [queues, since],
    budgetMs,
  );
  requireSchema(row.version);
  return row.survey;
}
