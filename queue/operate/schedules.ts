// What operators see of schedules, and how they pause and resume them.

import type { ScheduleStatus } from '#client/deployment-answers.ts';
import type { Database } from '#queue/database.ts';
import { knownSchedule } from '#queue/declare/known-schedule.ts';
import type { Registry } from '#queue/declare/registry.ts';
import { onlyRow } from '#queue/routines/only-row.ts';
import { orUnknownName } from './unknown-name.ts';

/** A schedule as the database has it. */
export type StoredSchedule = Omit<ScheduleStatus, 'upcoming'>;

/** How many of the due times that lie ahead are told. */
const mostUpcoming = 5;

/** The schedules that are declared, in the order of their names, and which time it is on the database's clock. */
export async function storedSchedules(
  database: Database,
): Promise<{ readonly now: string; readonly schedules: readonly StoredSchedule[] }> {
  return onlyRow(
    await database.query<{ now: string; schedules: StoredSchedule[] }>(
      `select millrace.schedules() as schedules, to_json(statement_timestamp()) #>> '{}' as now`,
    ),
  );
}

/** Whoever is without the application's code knows no rules. */
const noCode = { schedules: new Map() };

/**
 * The same with the next due times of those whose rules the code knows. It takes the code to find them: the database has no more
 * than the text of each rule.
 */
export async function listSchedules(
  database: Database,
  registry: Pick<Registry, 'schedules'> = noCode,
): Promise<readonly ScheduleStatus[]> {
  const { now, schedules } = await storedSchedules(database);
  return schedules.map((schedule) => ({
    ...schedule,
    upcoming: schedule.paused ? [] : upcoming(registry, schedule, new Date(now)),
  }));
}

function upcoming(
  registry: Pick<Registry, 'schedules'>,
  schedule: StoredSchedule,
  now: Date,
): string[] {
  const rule = knownSchedule(registry, schedule)?.rule;
  const found: Date[] = [];
  while (rule && found.length < mostUpcoming) found.push(rule.after(found.at(-1) ?? now));
  return found.map((at) => at.toISOString());
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
